// Command toolbox is what Crashloop Doctor runs in its patients' pods: one static program, a few subcommands.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"sort"
	"strings"
	"syscall"
	"time"

	"crashloop-doctor.io/toolbox/internal/janitor"
	"crashloop-doctor.io/toolbox/internal/result"
	"crashloop-doctor.io/toolbox/internal/socket"
)

// version is set by -ldflags "-X main.version=...".
var version = "dev"

// streams are where a command speaks.
type streams struct{ out, err io.Writer }

func (s streams) log() *slog.Logger { return slog.New(slog.NewJSONHandler(s.err, nil)) }

type command struct {
	about string
	run   func(ctx context.Context, args []string, s streams) int
}

func commands() map[string]command {
	return map[string]command{
		"clean-socket":  {"remove one stale Unix socket, if nobody holds it", cleanSocket},
		"janitor":       {"keep Unix sockets clean for as long as the pod lives", runJanitor},
		"janitor-ready": {"startup probe: wait for the janitor's first pass, never in vain", janitorReady},
		"version":       {"print the version", printVersion},
	}
}

// stopWithin bounds the end after a signal even if a system call hangs.
const stopWithin = 800 * time.Millisecond

func main() {
	// A small program beside a patient: one thread of work, a small heap, and memory given back.
	runtime.GOMAXPROCS(1)
	debug.SetGCPercent(25)
	debug.SetMemoryLimit(8 << 20)

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	signal.Ignore(syscall.SIGPIPE) // a log that nobody reads must not end us
	context.AfterFunc(ctx, func() {
		time.AfterFunc(stopWithin, func() { os.Exit(result.ExitNotSafe) })
	})
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdout, os.Stderr}))
}

func run(ctx context.Context, args []string, s streams) int {
	all := commands()
	if len(args) > 0 {
		if c, ok := all[args[0]]; ok {
			return c.run(ctx, args[1:], s)
		}
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	sort.Strings(names)
	fmt.Fprintln(s.err, "Name a command, and for its flags add --help:")
	for _, name := range names {
		fmt.Fprintf(s.err, "  toolbox %-14s %s\n", name, all[name].about)
	}
	return result.ExitUsage
}

// errHelp: the flags were asked for and shown.
var errHelp = errors.New("help")

// parse reads flags alone: no command takes other arguments.
func parse(fs *flag.FlagSet, args []string, s streams) error {
	fs.SetOutput(io.Discard)
	err := fs.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fs.SetOutput(s.out)
		fs.PrintDefaults()
		return errHelp
	case err != nil:
		return fmt.Errorf("%w: see toolbox %s --help", err, fs.Name())
	case fs.NArg() > 0:
		return fmt.Errorf("%q is not a flag: write --name=value", fs.Arg(0))
	}
	return nil
}

func usage(err error, s streams) int {
	if errors.Is(err, errHelp) {
		return result.ExitOK
	}
	s.log().Error("bad usage", "error", err.Error())
	return result.ExitUsage
}

// socketFlags are common to both cleaning commands.
type socketFlags struct {
	sockets list
	mount   string
	grace   time.Duration
}

type list []string

func (l *list) String() string { return strings.Join(*l, " ") }

func (l *list) Set(v string) error { *l = append(*l, v); return nil }

func (f *socketFlags) add(fs *flag.FlagSet) {
	fs.Var(&f.sockets, "socket", "absolute `path` of the socket, as the daemon sees it")
	fs.StringVar(&f.mount, "mount", "", "absolute `path` where the volume is mounted, here as in the daemon's container")
	fs.DurationVar(&f.grace, "grace", 2*time.Second, "a socket younger than this is left alone (1s to 1m)")
}

const maxSockets = 16

func (f *socketFlags) cleaners(most int) ([]*socket.Cleaner, error) {
	if len(f.sockets) == 0 {
		return nil, errors.New("--socket is missing: give the socket's absolute path")
	}
	if len(f.sockets) > most {
		return nil, fmt.Errorf("--socket is given %d times, at most %d fit: run another one for the rest", len(f.sockets), most)
	}
	if f.grace < time.Second || f.grace > time.Minute {
		return nil, errors.New("--grace must lie between 1s and 1m: a server between bind and listen looks like a dead one")
	}
	seen := map[string]bool{}
	var all []*socket.Cleaner
	for _, s := range f.sockets {
		p, err := socket.ParsePath(s, f.mount)
		if err != nil {
			return nil, err
		}
		if seen[s] {
			return nil, fmt.Errorf("--socket=%s is given twice: give it once", s)
		}
		seen[s] = true
		all = append(all, socket.New(p, f.grace))
	}
	return all, nil
}

func cleanSocket(ctx context.Context, args []string, s streams) int {
	fs := flag.NewFlagSet("clean-socket", flag.ContinueOnError)
	var f socketFlags
	f.add(fs)
	file := fs.String("result-file", "/dev/termination-log", "existing `file` that takes the result too; empty for none")
	err := parse(fs, args, s)
	var cleaners []*socket.Cleaner
	if err == nil {
		cleaners, err = f.cleaners(1)
	}
	if err != nil {
		code := usage(err, s)
		if code == result.ExitUsage {
			_ = result.Result{Action: result.Failed, Reason: "BadUsage", Message: err.Error()}.Write(s.out, *file)
		}
		return code
	}
	r := cleaners[0].CleanOnce(ctx)
	log := s.log()
	for _, c := range r.Checks {
		log.Info("check", "name", c.Name, "ok", c.OK, "detail", c.Detail)
	}
	log.Info(r.Message, "socket", r.Socket, "action", string(r.Action), "reason", r.Reason, "inode", r.Inode, "ageSeconds", r.AgeSeconds)
	if err := r.Write(s.out, *file); err != nil {
		log.Info("the result file is not written", "error", err.Error())
	}
	return r.ExitCode()
}

func runJanitor(ctx context.Context, args []string, s streams) int {
	fs := flag.NewFlagSet("janitor", flag.ContinueOnError)
	var f socketFlags
	f.add(fs)
	interval := fs.Duration("interval", 500*time.Millisecond, "time between two looks (100ms to 1m)")
	err := parse(fs, args, s)
	var cleaners []*socket.Cleaner
	if err == nil {
		cleaners, err = f.cleaners(maxSockets)
	}
	if err == nil && (*interval < 100*time.Millisecond || *interval > time.Minute) {
		err = errors.New("--interval must lie between 100ms and 1m: the default is 500ms")
	}
	if err != nil {
		return usage(err, s)
	}
	log := s.log()
	j := janitor.Janitor{Cleaners: cleaners, Interval: *interval, Log: log, Ready: func() {
		if err := janitor.MarkReady(); err != nil {
			log.Warn("the readiness marker cannot be set; the probe passes by time", "error", err.Error())
		}
		log.Info("ready")
	}}
	j.Run(ctx)
	log.Info("ended by signal")
	return result.ExitOK
}

// janitorReady passes in the end, whatever it finds: a probe that says no would keep the daemon from
// starting, and then we were the outage.
func janitorReady(ctx context.Context, args []string, s streams) int {
	fs := flag.NewFlagSet("janitor-ready", flag.ContinueOnError)
	if err := parse(fs, args, s); err != nil {
		return usage(err, s)
	}
	if janitor.WaitReady(ctx, janitor.ReadyWithin) {
		fmt.Fprintln(s.out, "the first pass is over")
	} else {
		fmt.Fprintln(s.out, "no first pass seen in time; passing so as not to hold up the daemon")
	}
	return result.ExitOK
}

func printVersion(_ context.Context, args []string, s streams) int {
	if err := parse(flag.NewFlagSet("version", flag.ContinueOnError), args, s); err != nil {
		return usage(err, s)
	}
	fmt.Fprintf(s.out, "toolbox %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return result.ExitOK
}

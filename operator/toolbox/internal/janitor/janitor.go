// Package janitor keeps a pod's sockets clean for as long as the pod lives.
package janitor

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"crashloop-doctor.io/toolbox/internal/result"
	"crashloop-doctor.io/toolbox/internal/socket"
)

// ReadyWithin is when the janitor calls itself ready, however far its first pass has come: the daemon
// must not wait for us longer than that.
const ReadyWithin = 4 * time.Second

// slowest is the pace at which something that stays unclean is asked about again.
const slowest = 10 * time.Second

// Janitor watches sockets.
type Janitor struct {
	Cleaners []*socket.Cleaner
	Interval time.Duration
	Log      *slog.Logger
	Ready    func() // called once, after the first pass or ReadyWithin
}

// Run returns when ctx ends, and for nothing else.
func (j *Janitor) Run(ctx context.Context) {
	var first, all sync.WaitGroup
	for _, c := range j.Cleaners {
		first.Add(1)
		all.Add(1)
		go func() {
			defer all.Done()
			j.watch(ctx, c, sync.OnceFunc(first.Done))
		}()
	}
	passed := make(chan struct{})
	go func() { first.Wait(); close(passed) }()
	limit := time.NewTimer(ReadyWithin)
	defer limit.Stop()
	select {
	case <-passed:
	case <-limit.C:
		j.Log.Warn("the first pass is not over; the daemon may start all the same", "after", ReadyWithin.String())
	case <-ctx.Done():
	}
	if ctx.Err() == nil {
		j.Ready()
	}
	all.Wait()
}

// watch cleans at once, and then whenever a look finds a socket that nobody holds.
func (j *Janitor) watch(ctx context.Context, c *socket.Cleaner, passed func()) {
	defer passed()
	var last socket.Outcome
	delay := j.Interval
	for began := false; ctx.Err() == nil; began = true {
		var now socket.Outcome
		if began {
			now = c.Look()
		}
		// A name that went away may have been moved by a run that was killed: Clean puts it back.
		if now.Action == "" || now.Action == result.Absent && last.Action != result.Absent {
			now = c.Clean(ctx)
		}
		if ctx.Err() != nil {
			return
		}
		changed := now.Action != last.Action || now.Reason != last.Reason
		if changed || now.Action == result.Removed {
			j.say(now)
		}
		if now.Reason != "TooYoung" {
			passed()
		}
		delay = j.next(now, changed || now.Inode != last.Inode, delay)
		last = now
		if !sleep(ctx, delay) {
			return
		}
	}
}

// next is the time to the next look. Held and absent sockets cost next to nothing and are looked at every
// interval; what needs the whole judgement and stays as it is, less and less often.
func (j *Janitor) next(now socket.Outcome, changed bool, delay time.Duration) time.Duration {
	switch {
	case now.Wait > 0:
		return min(now.Wait, j.Interval)
	case changed, now.Action == result.Absent, now.Action == result.Removed, now.Reason == "Live":
		return j.Interval
	default:
		return min(2*delay, max(slowest, j.Interval))
	}
}

func (j *Janitor) say(o socket.Outcome) {
	level := slog.LevelInfo
	if o.Action == result.Refused || o.Action == result.Failed {
		level = slog.LevelWarn
	}
	j.Log.Log(context.Background(), level, o.Message, "socket", o.Socket, "action", string(o.Action),
		"reason", o.Reason, "inode", o.Inode, "ageSeconds", o.AgeSeconds)
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

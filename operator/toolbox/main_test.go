package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"crashloop-doctor.io/toolbox/internal/result"
)

// binary is the real program, built as it is shipped.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "toolbox")
	if err != nil {
		panic(err)
	}
	os.Chmod(dir, 0o755) // for the tests that run it as another user
	binary = filepath.Join(dir, "toolbox")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		panic(string(out))
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func newDir(t *testing.T) string {
	dir, err := os.MkdirTemp("", "tb")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// listen is a daemon that counts the connections it sees.
func listen(t *testing.T, path string) (*net.UnixListener, *atomic.Int32) {
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false) // dies like kill -9
	t.Cleanup(func() { l.Close() })
	var seen atomic.Int32
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			seen.Add(1)
			c.Close()
		}
	}()
	return l, &seen
}

func exists(path string) bool { _, err := os.Lstat(path); return err == nil }

func waitGone(t *testing.T, path string, limit time.Duration) time.Duration {
	t.Helper()
	for began := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		if took := time.Since(began); !exists(path) {
			return took
		} else if took > limit {
			t.Fatalf("still there after %v", took)
		}
	}
}

func TestCleanSocketCommand(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	stale := filepath.Join(dir, "stale.sock")
	l, _ := listen(t, stale)
	l.Close()
	live := filepath.Join(dir, "live.sock")
	listen(t, live)
	for _, c := range []struct {
		args   []string
		code   int
		action result.Action
	}{
		{[]string{"--socket=" + live}, 3, result.Kept},
		{[]string{"--socket=" + stale}, 0, result.Removed}, // young at first: it waits for the grace time
		{[]string{"--socket=" + stale}, 0, result.Absent},
		{[]string{"--socket=" + dir + "/x/../a"}, 2, result.Failed},
		{[]string{"--socket=" + stale, "--grace=0s"}, 2, result.Failed},
		{[]string{"--socket=" + stale, "--socket=" + live}, 2, result.Failed},
		{[]string{"--socket=" + stale, "word"}, 2, result.Failed},
		{[]string{}, 2, result.Failed},
	} {
		file := filepath.Join(t.TempDir(), "termination-log")
		os.WriteFile(file, bytes.Repeat([]byte("old"), 999), 0o600)
		cmd := exec.Command(binary, append([]string{"clean-socket", "--mount=" + dir, "--result-file=" + file}, c.args...)...)
		var logs bytes.Buffer
		cmd.Stderr = &logs
		out, _ := cmd.Output()
		var r result.Result
		if err := json.Unmarshal(out, &r); err != nil || bytes.Count(out, []byte("\n")) != 1 {
			t.Fatalf("%v: not one line of JSON: %q", c.args, out)
		}
		if cmd.ProcessState.ExitCode() != c.code || r.Action != c.action || r.Reason == "" || r.Message == "" {
			t.Errorf("%v: code %d, %+v", c.args, cmd.ProcessState.ExitCode(), r)
		}
		if said, _ := os.ReadFile(file); !bytes.Equal(said, out) || len(out) > 4096 {
			t.Errorf("%v: result file %q", c.args, said)
		}
		for _, line := range strings.Split(strings.TrimSpace(logs.String()), "\n") {
			if !json.Valid([]byte(line)) {
				t.Errorf("log line %q", line)
			}
		}
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{}, {"nonsense"}, {"janitor"}, {"janitor", "--bad"}, {"janitor-ready", "x"}, {"janitor", "--socket=/m/a", "--mount=/m", "--interval=1ms"},
		{"janitor", "--socket=/m/a", "--socket=/m/a", "--mount=/m"}} {
		out, err := exec.Command(binary, args...).CombinedOutput()
		if e, ok := err.(*exec.ExitError); !ok || e.ExitCode() != 2 || len(out) == 0 {
			t.Errorf("%v: %v %s", args, err, out)
		}
	}
	out, err := exec.Command(binary, "version").Output()
	if err != nil || !strings.HasPrefix(string(out), "toolbox dev go") {
		t.Errorf("%s %v", out, err)
	}
}

// running is a janitor and the lines it has logged.
type running struct {
	*exec.Cmd
	mu    sync.Mutex
	lines []string
}

func (r *running) said(word string) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.lines {
		if strings.Contains(l, word) {
			n++
		}
	}
	return n
}

func (r *running) await(t *testing.T, word string, limit time.Duration) {
	t.Helper()
	for began := time.Now(); r.said(word) == 0; time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > limit {
			t.Fatalf("never said %q: %v", word, r.lines)
		}
	}
}

func (r *running) stop(t *testing.T) time.Duration {
	t.Helper()
	began := time.Now()
	r.Process.Signal(syscall.SIGTERM)
	err := r.Wait()
	took := time.Since(began)
	if err != nil || took > time.Second {
		t.Fatalf("ended with %v after %v", err, took)
	}
	return took
}

func janitorCmd(t *testing.T, cmd *exec.Cmd) *running {
	t.Helper()
	r := &running{Cmd: cmd}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = write
	if err := cmd.Start(); err != nil {
		t.Skipf("this machine may not start such a process: %v", err)
	}
	write.Close()
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	go func() {
		for in := bufio.NewScanner(read); in.Scan(); {
			r.mu.Lock()
			r.lines = append(r.lines, in.Text())
			r.mu.Unlock()
		}
	}()
	return r
}

func startJanitor(t *testing.T, dir string, args ...string) *running {
	return janitorCmd(t, exec.Command(binary, append([]string{"janitor", "--mount=" + dir}, args...)...))
}

func TestJanitorHealsEveryDeath(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	a, b := filepath.Join(dir, "a.sock"), filepath.Join(dir, "b.sock")
	la, _ := listen(t, a)
	la.Close()
	time.Sleep(2 * time.Second)
	began := time.Now()
	j := startJanitor(t, dir, "--socket="+a, "--socket="+b)
	waitGone(t, a, 3*time.Second)
	j.await(t, `"msg":"ready"`, 2*time.Second)
	t.Logf("first pass over an old stale socket: %v", time.Since(began))

	for _, age := range []time.Duration{0, 2500 * time.Millisecond} {
		la, seen := listen(t, a)
		lb, _ := listen(t, b)
		time.Sleep(age)
		la.Close()
		took := waitGone(t, a, 2*time.Second+1500*time.Millisecond+300*time.Millisecond)
		t.Logf("a socket that had lived %v was gone %v after the death", age, took)
		if !exists(b) {
			t.Fatal("the live one is gone")
		}
		if seen.Load() != 0 {
			t.Fatal("the daemon saw a connection")
		}
		lb.Close()
		waitGone(t, b, 4*time.Second)
	}
	if n := j.said(`"action":"Removed"`); n != 5 {
		t.Errorf("%d removals logged", n)
	}
	j.stop(t)
}

func TestJanitorEndsWithinASecondAtAnyMoment(t *testing.T) {
	t.Parallel()
	worst := time.Duration(0)
	for range 10 {
		dir := newDir(t)
		path := filepath.Join(dir, "a.sock")
		l, _ := listen(t, path)
		l.Close()
		j := startJanitor(t, dir, "--socket="+path, "--grace=1s")
		time.Sleep(20*time.Millisecond + time.Duration(rand.Intn(2400))*time.Millisecond)
		worst = max(worst, j.stop(t))
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			if e.Name() != "a.sock" {
				t.Fatalf("left half done: %s", e.Name())
			}
		}
	}
	t.Logf("slowest end: %v", worst)
}

// A first-aid run that was killed in the middle may have moved a live socket: the janitor gives it its name back.
func TestJanitorPutsBackWhatAnotherRunLeft(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	path := filepath.Join(dir, "a.sock")
	listen(t, path)
	j := startJanitor(t, dir, "--socket="+path)
	j.await(t, `"reason":"Live"`, 4*time.Second)
	hash := fnv.New64a()
	hash.Write([]byte("a.sock"))
	os.Rename(path, filepath.Join(dir, fmt.Sprintf(".crashloop-doctor.%016x.1.00", hash.Sum64())))
	for began := time.Now(); !exists(path); time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > 2*time.Second {
			t.Fatalf("not put back: %v", j.lines)
		}
	}
	j.stop(t)
}

// Whatever it finds it runs on, and says so once.
func TestJanitorStays(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	os.WriteFile(filepath.Join(dir, "file.sock"), nil, 0o600)
	os.Symlink("/etc", filepath.Join(dir, "link"))
	j := startJanitor(t, dir, "--interval=100ms", "--socket="+dir+"/file.sock", "--socket="+dir+"/link/a.sock", "--socket="+dir+"/none/a.sock")
	j.await(t, `"msg":"ready"`, time.Second)
	gone := startJanitor(t, dir+"/nomount", "--interval=100ms", "--socket="+dir+"/nomount/a.sock")
	gone.await(t, "MountUnreadable", time.Second)
	time.Sleep(2 * time.Second)
	for _, reason := range []string{"NotASocket", "SymlinkInPath", "NothingThere"} {
		if n := j.said(`"reason":"` + reason + `"`); n != 1 {
			t.Errorf("%s logged %d times: %v", reason, n, j.lines)
		}
	}
	if n := gone.said("MountUnreadable"); n != 1 {
		t.Errorf("MountUnreadable logged %d times", n)
	}
	j.stop(t)
	gone.stop(t)
}

// As a user that may do nothing in the directory, with no capability.
func TestJanitorWithoutRights(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("needs root to become another user")
	}
	dir := newDir(t)
	os.Chmod(dir, 0o755)
	open, closed := filepath.Join(dir, "open.sock"), filepath.Join(dir, "closed.sock")
	for path, mode := range map[string]os.FileMode{open: 0o777, closed: 0o700} {
		l, _ := listen(t, path)
		os.Chmod(path, mode)
		l.Close()
	}
	cmd := exec.Command(binary, "janitor", "--mount="+dir, "--socket="+open, "--socket="+closed, "--grace=1s")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	j := janitorCmd(t, cmd)
	j.await(t, "ConnectDenied", 4*time.Second)
	j.await(t, "RenameFailed", 4*time.Second)
	time.Sleep(2 * time.Second)
	if j.said("ConnectDenied") != 1 || j.said("RenameFailed") != 1 || !exists(open) || !exists(closed) {
		t.Fatalf("%v", j.lines)
	}
	os.Chmod(dir, 0o777) // the right comes later
	waitGone(t, open, 11*time.Second)
	j.stop(t)
}

// The binary runs with a mount namespace of its own, as another user and, like a container with
// shareProcessNamespace, not as PID 1. The probe joins it as the kubelet's exec does.
func TestReadyProbe(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("needs root for a mount namespace")
	}
	dir := newDir(t)
	os.Chmod(dir, 0o777)
	path := filepath.Join(dir, "a.sock")
	inContainer := func(args ...string) *exec.Cmd {
		cmd := exec.Command(binary, args...)
		cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		return cmd
	}
	probe := func(pid int) (time.Duration, string) {
		began := time.Now()
		out, err := exec.Command("nsenter", "-t", strconv.Itoa(pid), "-m", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", binary, "janitor-ready").CombinedOutput()
		if err != nil {
			t.Fatalf("the probe failed: %v %s", err, out)
		}
		return time.Since(began), string(out)
	}
	l, _ := listen(t, path)
	l.Close()
	os.Chmod(path, 0o777)
	time.Sleep(2 * time.Second)
	j := janitorCmd(t, inContainer("janitor", "--mount="+dir, "--socket="+path))
	took, said := probe(j.Process.Pid)
	if !strings.Contains(said, "first pass is over") || exists(path) || took > 2*time.Second {
		t.Fatalf("%v %s: the gate opened before the first pass", took, said)
	}
	t.Logf("probe with a stale socket: %v", took)

	// A janitor whose first pass does not end, beside one that is ready in another container.
	late := filepath.Join(dir, "late.sock")
	l, _ = listen(t, late)
	l.Close()
	os.Chmod(late, 0o777)
	slow := janitorCmd(t, inContainer("janitor", "--mount="+dir, "--socket="+late, "--grace=1m"))
	took, said = probe(slow.Process.Pid)
	if took < 3*time.Second || took > 5*time.Second {
		t.Fatalf("%v %s", took, said)
	}
	t.Logf("probe with an endless first pass: %v, %s", took, said)
}

func TestReadyProbeNeverSaysNo(t *testing.T) {
	t.Parallel()
	began := time.Now()
	cmd := exec.Command(binary, "janitor-ready")
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	if out, err := cmd.CombinedOutput(); err != nil || time.Since(began) > 5*time.Second {
		t.Fatalf("%v %s after %v", err, out, time.Since(began))
	}
}

func TestIdleCost(t *testing.T) {
	dir := newDir(t)
	path := filepath.Join(dir, "a.sock")
	listen(t, path)
	j := startJanitor(t, dir, "--socket="+path)
	j.await(t, `"msg":"ready"`, 2*time.Second)
	cpu := func() (ns int64) {
		tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", j.Process.Pid))
		for _, task := range tasks {
			text, _ := os.ReadFile(task)
			n, _ := strconv.ParseInt(strings.Fields(string(text) + " 0")[0], 10, 64)
			ns += n
		}
		return ns
	}
	const length = 5 * time.Second
	before := cpu()
	time.Sleep(length)
	share := float64(cpu()-before) / float64(length)
	rss := 0
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", j.Process.Pid))
	for _, line := range strings.Split(string(status), "\n") {
		if f := strings.Fields(line); len(f) > 1 && (f[0] == "VmRSS:" || f[0] == "VmHWM:") {
			n, _ := strconv.Atoi(f[1])
			rss = max(rss, n)
		}
	}
	info, _ := os.Stat(binary)
	t.Logf("idle CPU %.4f %% of one core, highest RSS %d KiB, binary %d KiB", 100*share, rss, info.Size()>>10)
	if share > 0.005 || rss > 8<<10 || rss == 0 || info.Size() > 4<<20 {
		t.Fatal("too much")
	}
}

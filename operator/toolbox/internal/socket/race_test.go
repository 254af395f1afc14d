package socket

import (
	"context"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"crashloop-doctor.io/toolbox/internal/result"
)

// at runs f once when the removal reaches a step.
func at(c *Cleaner, step string, f func()) {
	before := c.step
	c.step = func(name string) {
		before(name)
		if name == step {
			f()
		}
	}
}

func setUp(t *testing.T) (dir, path string, c *Cleaner) {
	dir = shortDir(t)
	path = filepath.Join(dir, "app.sock")
	stale(t, path, stream)
	time.Sleep(testGrace + 5*time.Millisecond)
	return dir, path, cleaner(t, path, dir)
}

func TestReplacedBeforeRename(t *testing.T) {
	_, path, c := setUp(t)
	at(c, "before-rename", func() { os.Remove(path); live(t, path, stream, true) })
	want(t, c.Clean(background), result.Kept, "ReplacedMeanwhile")
	if !accepts(path) {
		t.Fatal("the new listener is not put back")
	}
}

func TestReplacedByAFileBeforeRename(t *testing.T) {
	_, path, c := setUp(t)
	at(c, "before-rename", func() { os.Remove(path); os.WriteFile(path, []byte("x"), 0o600) })
	want(t, c.Clean(background), result.Kept, "ReplacedMeanwhile")
	if data, _ := os.ReadFile(path); string(data) != "x" {
		t.Fatal("the file is not put back")
	}
}

func TestReplacedTwice(t *testing.T) {
	dir, path, c := setUp(t)
	var second int
	at(c, "before-rename", func() { os.Remove(path); live(t, path, stream, true) })
	at(c, "before-put-back", func() { second = live(t, path, stream, true) })
	got := c.Clean(background)
	want(t, got, result.Kept, "NameTaken")
	left := privateNames(dir)
	if len(left) != 1 || !strings.Contains(got.Message, left[0]) || !accepts(path) || !accepts(filepath.Join(dir, left[0])) {
		t.Fatalf("%v %q", left, got.Message)
	}
	// When the newer one has gone, the next run gives the older its name back.
	syscall.Close(second)
	os.Remove(path)
	c.step = func(string) {}
	if got := c.Clean(background); got.Action != result.Kept || !accepts(path) || privateNames(dir) != nil {
		t.Fatalf("%+v", got)
	}
}

func TestBoundAfterRename(t *testing.T) {
	dir, path, c := setUp(t)
	at(c, "after-rename", func() { live(t, path, stream, true) })
	want(t, c.Clean(background), result.Removed, "StaleSocket")
	if !accepts(path) || privateNames(dir) != nil {
		t.Fatal("the new listener is gone")
	}
}

func TestReplacedBetweenTheRounds(t *testing.T) {
	_, path, c := setUp(t)
	c.pause = 50 * time.Millisecond
	time.AfterFunc(20*time.Millisecond, func() { os.Remove(path); live(t, path, stream, true) })
	want(t, c.Clean(background), result.Kept, "ReplacedMeanwhile")
	if !accepts(path) {
		t.Fatal("the new listener is gone")
	}
}

// The last question, after the rename, has to hold alone too.
func TestRenamedLiveSocketComesBack(t *testing.T) {
	dir, path, c := setUp(t)
	os.Remove(path)
	live(t, path, stream, true)
	time.Sleep(testGrace)
	only()(c) // every guard before the rename is blind
	at(c, "after-rename", func() { c.kinds = []int{stream} })
	want(t, c.Clean(background), result.Kept, "Live")
	if !accepts(path) || privateNames(dir) != nil {
		t.Fatal("the live socket is not back")
	}
}

func TestInterruptedLeavesNothingHalf(t *testing.T) {
	dir, path, c := setUp(t)
	c.pause = time.Minute
	ctx, cancel := context.WithTimeout(background, 20*time.Millisecond)
	defer cancel()
	began := time.Now()
	want(t, c.Clean(ctx), result.Kept, "Interrupted")
	if time.Since(began) > time.Second || inode(path) == 0 || privateNames(dir) != nil {
		t.Fatal("not as it was")
	}
}

func TestKilledBetweenRenameAndUnlink(t *testing.T) {
	for _, step := range []string{"after-rename", "before-unlink"} {
		dir, path, c := setUp(t)
		p := process(t, nil, "here", "TOOLBOX_TEST_ROLE=clean", "SOCKET="+path, "STOP="+step)
		p.Process.Kill()
		p.Wait()
		if len(privateNames(dir)) != 1 {
			t.Fatal("no leftover: the test is broken")
		}
		time.Sleep(testGrace)
		got := c.Clean(background)
		want(t, got, result.Absent, "NothingThere")
		if privateNames(dir) != nil || !strings.Contains(got.Message, "leftover") {
			t.Fatalf("%v %q", privateNames(dir), got.Message)
		}
	}
}

func TestLiveLeftoverIsPutBackAtOnce(t *testing.T) {
	dir := shortDir(t)
	path := filepath.Join(dir, "app.sock")
	c := cleaner(t, path, dir)
	live(t, path, stream, true)
	private, _ := c.privateName(inode(path))
	os.Rename(path, filepath.Join(dir, private))
	c.grace = time.Hour
	if got := c.Clean(background); got.Action != result.Kept || !accepts(path) || privateNames(dir) != nil {
		t.Fatalf("%+v", got)
	}
	// The leftover of another socket is not ours.
	other := cleaner(t, filepath.Join(dir, "other.sock"), dir)
	private, _ = other.privateName(1)
	os.Rename(path, filepath.Join(dir, private))
	want(t, c.Clean(background), result.Absent, "NothingThere")
}

func TestKilledAtRandomMoments(t *testing.T) {
	dir := shortDir(t)
	path := filepath.Join(dir, "app.sock")
	for range 40 {
		if inode(path) == 0 {
			stale(t, path, stream)
			time.Sleep(testGrace)
		}
		p := process(t, nil, "begin", "TOOLBOX_TEST_ROLE=clean", "SOCKET="+path)
		time.Sleep(time.Duration(rand.Intn(3000)) * time.Microsecond)
		p.Process.Kill()
		p.Wait()
	}
	time.Sleep(testGrace)
	c := cleaner(t, path, dir)
	c.Clean(background)
	if inode(path) != 0 || privateNames(dir) != nil {
		t.Fatalf("not finished: %v", privateNames(dir))
	}
}

// A server that restarts at random moments in random ways beside two cleaners: no live socket is lost,
// and in the end nothing stale is left.
func TestStress(t *testing.T) {
	for range 4 {
		t.Run("", func(t *testing.T) { t.Parallel(); stress(t, 4*time.Second) })
	}
}

func stress(t *testing.T, length time.Duration) {
	dir := shortDir(t)
	path := filepath.Join(dir, filepath.Base(dir)+".sock") // other names do not hold each other up
	newCleaner := func() *Cleaner {
		c := cleaner(t, path, dir)
		c.grace, c.pause = 8*time.Millisecond, time.Millisecond
		return c
	}
	ctx, cancel := context.WithTimeout(background, length)
	defer cancel()
	var wg sync.WaitGroup
	var mu sync.Mutex
	passes, removed, races := 0, 0, 0
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for c := newCleaner(); ctx.Err() == nil; {
				out := c.Clean(ctx)
				mu.Lock()
				passes++
				if out.Action == result.Removed {
					removed++
				}
				if out.Reason == "ReplacedMeanwhile" || out.Reason == "NameTaken" {
					races++
				}
				mu.Unlock()
			}
		}()
	}
	lives := 0
	for ctx.Err() == nil {
		var fd int
		var err error
		switch rand.Intn(3) {
		case 0: // waits for the cleaner, as a crash-looping daemon does
			for fd, err = bind(path, stream, true); err == syscall.EADDRINUSE && ctx.Err() == nil; fd, err = bind(path, stream, true) {
				time.Sleep(200 * time.Microsecond)
			}
		case 1: // unlinks by itself, at a random moment of the cleaner's
			time.Sleep(time.Duration(rand.Intn(12000)) * time.Microsecond)
			os.Remove(path)
			fd, err = bind(path, stream, true)
		case 2: // replaces in one step
			os.Remove(path + ".new")
			if fd, err = bind(path+".new", stream, true); err == nil {
				err = os.Rename(path+".new", path)
			}
		}
		if err != nil {
			continue
		}
		lives++
		mine := inodeOf(t, dir, path, fd)
		time.Sleep(time.Duration(rand.Intn(20000)) * time.Microsecond)
		// A put-back may be under way: the name is away for microseconds, never for good.
		for try := 0; ; try++ {
			if inode(path) == mine && accepts(path) {
				break
			}
			if try == 200 {
				t.Fatalf("the live socket is lost (inode %d, at its name %d, private %v)", mine, inode(path), privateNames(dir))
			}
			time.Sleep(time.Millisecond)
		}
		syscall.Close(fd)
	}
	wg.Wait()
	os.Remove(path + ".new")
	time.Sleep(20 * time.Millisecond)
	c := newCleaner()
	c.Clean(background)
	if inode(path) != 0 || privateNames(dir) != nil {
		t.Fatalf("stale socket left: %d %v", inode(path), privateNames(dir))
	}
	t.Logf("%d lives, %d passes, %d removed, %d races seen", lives, passes, removed, races)
}

// inodeOf finds the file of a bound socket by sock_diag: its name may be away for a moment.
func inodeOf(t *testing.T, dir, path string, fd int) uint64 {
	var s syscall.Stat_t
	syscall.Fstat(fd, &s)
	var file uint64
	if err := diag(func(ino uint32, at vfs, bound bool) {
		if bound && uint64(ino) == s.Ino {
			file = uint64(at.ino)
		}
	}); err != nil || file == 0 {
		t.Fatalf("sock_diag: %v", err)
	}
	return file
}

func TestLookIsQuiet(t *testing.T) {
	for _, kind := range []int{stream, datagram, seqpacket} {
		dir := shortDir(t)
		path := filepath.Join(dir, "app.sock")
		c := cleaner(t, path, dir)
		want(t, c.Look(), result.Absent, "NothingThere")
		fd := live(t, path, kind, true)
		syscall.SetNonblock(fd, true)
		for range 10 {
			want(t, c.Look(), result.Kept, "Live")
			if kind != datagram {
				if _, _, err := syscall.Accept(fd); err != syscall.EAGAIN {
					t.Fatalf("%s: the daemon saw a connection (%v)", typeNames[kind], err)
				}
			} else if c.quietKind != stream {
				t.Fatal("a datagram daemon is asked by datagram")
			}
		}
		syscall.Close(fd)
		time.Sleep(testGrace)
		want(t, c.Look(), "", "")
	}
}

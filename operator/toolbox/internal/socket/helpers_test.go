package socket

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"crashloop-doctor.io/toolbox/internal/result"
)

// Tests use small times; the order of the checks stays the same.
const (
	testGrace = 40 * time.Millisecond
	testPause = 5 * time.Millisecond
)

// TestMain is also the program that other processes of these tests run.
func TestMain(m *testing.M) {
	switch os.Getenv("TOOLBOX_TEST_ROLE") {
	case "":
		emptyList = newEmptyList()
		code := m.Run()
		os.Remove(emptyList)
		os.Exit(code)
	case "listen": // hold a socket until killed
		must(bind(os.Getenv("SOCKET"), syscall.SOCK_STREAM, os.Getenv("BACKLOG") != "none"))
		fmt.Println("here")
		time.Sleep(time.Minute)
	case "clean": // clean until killed; stop for ever at STOP
		p, err := ParsePath(os.Getenv("SOCKET"), filepath.Dir(os.Getenv("SOCKET")))
		if err != nil {
			panic(err)
		}
		c := New(p, testGrace)
		c.pause = time.Millisecond
		c.step = func(name string) {
			if name == os.Getenv("STOP") {
				fmt.Println("here")
				time.Sleep(time.Minute)
			}
		}
		fmt.Println("begin")
		c.Clean(context.Background())
	}
}

func must(fd int, err error) int {
	if err != nil {
		panic(err)
	}
	return fd
}

// bind makes a socket of a type at path, with or without listen().
func bind(path string, kind int, listen bool) (int, error) {
	fd, err := syscall.Socket(syscall.AF_UNIX, kind|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	if err = syscall.Bind(fd, &syscall.SockaddrUnix{Name: path}); err == nil && listen && kind != syscall.SOCK_DGRAM {
		err = syscall.Listen(fd, 64)
	}
	if err != nil {
		syscall.Close(fd)
		return -1, err
	}
	return fd, nil
}

// live binds a socket that is held until the test ends.
func live(t *testing.T, path string, kind int, listen bool) int {
	t.Helper()
	fd := must(bind(path, kind, listen))
	t.Cleanup(func() { syscall.Close(fd) })
	return fd
}

// stale leaves a socket that nobody holds, as kill -9 does.
func stale(t *testing.T, path string, kind int) {
	t.Helper()
	syscall.Close(must(bind(path, kind, true)))
}

// process starts this test binary in a role and waits for its line.
func process(t *testing.T, attr *syscall.SysProcAttr, line string, env ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), env...)
	cmd.SysProcAttr = attr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skipf("this machine may not start such a process: %v", err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for in := bufio.NewScanner(out); in.Scan(); {
		if in.Text() == line {
			return cmd
		}
	}
	t.Fatalf("the process ended without saying %q", line)
	return nil
}

func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tb")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func cleaner(t *testing.T, socket, mount string) *Cleaner {
	t.Helper()
	p, err := ParsePath(socket, mount)
	if err != nil {
		t.Fatal(err)
	}
	c := New(p, testGrace)
	c.pause = testPause
	return c
}

// The guards one by one: a test that switches the others off fails if its own is removed.
func noLists(c *Cleaner) {
	c.list = emptyList
	c.diag = func(func(uint32, vfs, bool)) error { return errDiag }
}
func noConnect(c *Cleaner) { c.kinds = nil }
func noDiag(c *Cleaner)    { c.diag = func(func(uint32, vfs, bool)) error { return errDiag } }
func only(kinds ...int) func(*Cleaner) {
	return func(c *Cleaner) { noLists(c); c.kinds = kinds }
}

// emptyList is a list like the kernel's with nobody on it.
var emptyList string

func newEmptyList() string {
	f, err := os.CreateTemp("", "emptylist")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	f.WriteString("Num       RefCount Protocol Flags    Type St Inode Path\n")
	return f.Name()
}

func want(t *testing.T, got Outcome, action result.Action, reason string) {
	t.Helper()
	if got.Action != action || got.Reason != reason {
		t.Fatalf("got %s/%s (%s), want %s/%s\n%+v", got.Action, got.Reason, got.Message, action, reason, got.Checks)
	}
}

func inode(path string) uint64 {
	var s syscall.Stat_t
	if syscall.Lstat(path, &s) != nil {
		return 0
	}
	return s.Ino
}

func accepts(path string) bool {
	fd := must(syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, 0))
	defer syscall.Close(fd)
	err := syscall.Connect(fd, &syscall.SockaddrUnix{Name: path})
	return err == nil || err == syscall.EAGAIN
}

func privateNames(dir string) (names []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), privatePrefix) {
			names = append(names, e.Name())
		}
	}
	return names
}

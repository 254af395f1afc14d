package socket

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"crashloop-doctor.io/toolbox/internal/result"
)

const (
	stream    = syscall.SOCK_STREAM
	datagram  = syscall.SOCK_DGRAM
	seqpacket = syscall.SOCK_SEQPACKET
)

var background = context.Background()

// Every danger of safety rule 10, each with the one guard that has to hold it.
func TestDangers(t *testing.T) {
	fullBacklog := func(t *testing.T, path string) {
		fd := live(t, path, stream, true)
		syscall.Listen(fd, 0)
		for {
			c := must(syscall.Socket(syscall.AF_UNIX, stream|syscall.SOCK_NONBLOCK, 0))
			t.Cleanup(func() { syscall.Close(c) })
			if syscall.Connect(c, &syscall.SockaddrUnix{Name: path}) == syscall.EAGAIN {
				return
			}
		}
	}
	holds := func(kind int, listen bool) func(*testing.T, string) {
		return func(t *testing.T, path string) { live(t, path, kind, listen) }
	}
	leaves := func(kind int) func(*testing.T, string) {
		return func(t *testing.T, path string) { stale(t, path, kind) }
	}
	elsewhere := func(backlog string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			attr := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
			process(t, attr, "here", "TOOLBOX_TEST_ROLE=listen", "SOCKET="+path, "BACKLOG="+backlog)
		}
	}
	for name, c := range map[string]struct {
		make   func(t *testing.T, path string)
		set    func(*Cleaner)
		action result.Action
		reason string
	}{
		"stale stream":    {leaves(stream), nil, result.Removed, "StaleSocket"},
		"stale datagram":  {leaves(datagram), nil, result.Removed, "StaleSocket"},
		"stale seqpacket": {leaves(seqpacket), nil, result.Removed, "StaleSocket"},

		"live stream, by list":                      {holds(stream, true), func(c *Cleaner) { noConnect(c); noDiag(c) }, result.Kept, "Listed"},
		"live stream, by sock_diag":                 {holds(stream, true), func(c *Cleaner) { noConnect(c); c.list = emptyList }, result.Kept, "Listed"},
		"live stream, by connect":                   {holds(stream, true), only(stream), result.Kept, "Live"},
		"live stream, by datagram connect":          {holds(stream, true), only(datagram), result.Kept, "Live"},
		"live datagram, by connect":                 {holds(datagram, true), only(datagram), result.Kept, "Live"},
		"live datagram, by wrong type":              {holds(datagram, true), only(stream), result.Kept, "Live"},
		"live datagram, by list":                    {holds(datagram, true), func(c *Cleaner) { noConnect(c); noDiag(c) }, result.Kept, "Listed"},
		"live seqpacket, by connect":                {holds(seqpacket, true), only(seqpacket), result.Kept, "Live"},
		"live seqpacket, by wrong type":             {holds(seqpacket, true), only(stream), result.Kept, "Live"},
		"full backlog":                              {fullBacklog, only(stream), result.Kept, "BacklogFull"},
		"bound, not listening, by list":             {holds(stream, false), func(c *Cleaner) { c.kinds = []int{stream}; noDiag(c) }, result.Kept, "Listed"},
		"bound, not listening, by datagram":         {holds(stream, false), only(datagram, stream), result.Kept, "Live"},
		"live in another network namespace":         {elsewhere("64"), func(c *Cleaner) { c.kinds = []int{stream} }, result.Kept, "Live"},
		"bound only, in another namespace":          {elsewhere("none"), nil, result.Kept, "Live"},
		"list unreadable":                           {leaves(stream), func(c *Cleaner) { c.list = "/nonexistent" }, result.Refused, "SocketListUnreadable"},
		"list masked by an empty file":              {leaves(stream), func(c *Cleaner) { c.list = "/dev/null" }, result.Refused, "SocketListUnreadable"},
		"network filesystem":                        {leaves(stream), func(c *Cleaner) { c.local = func(int) (int64, error) { return 0x6969, nil } }, result.Refused, "FilesystemNotLocal"},
		"too young":                                 {leaves(stream), func(c *Cleaner) { c.grace = time.Hour }, result.Kept, "TooYoung"},
		"touched lately":                            {func(t *testing.T, p string) { stale(t, p, stream); future(t, p) }, nil, result.Removed, "StaleSocket"},
		"regular file":                              {func(t *testing.T, p string) { os.WriteFile(p, nil, 0o600) }, nil, result.Refused, "NotASocket"},
		"directory":                                 {func(t *testing.T, p string) { os.Mkdir(p, 0o700) }, nil, result.Refused, "NotASocket"},
		"fifo":                                      {func(t *testing.T, p string) { syscall.Mkfifo(p, 0o600) }, nil, result.Refused, "NotASocket"},
		"symlink to a stale socket":                 {func(t *testing.T, p string) { stale(t, p+"2", stream); os.Symlink(p+"2", p) }, nil, result.Refused, "SymlinkInPath"},
		"dangling symlink":                          {func(t *testing.T, p string) { os.Symlink("/nonexistent", p) }, nil, result.Refused, "SymlinkInPath"},
		"nothing there":                             {func(t *testing.T, p string) {}, nil, result.Absent, "NothingThere"},
		"live, bound under another name":            {func(t *testing.T, p string) { live(t, p+".new", stream, true); os.Rename(p+".new", p) }, noConnect, result.Kept, "Listed"},
		"live, bound by a relative name":            {relative, func(c *Cleaner) { noConnect(c); noDiag(c) }, result.Kept, "Listed"},
		"same last name elsewhere, no diag":         {namesake, noDiag, result.Kept, "Listed"},
		"same last name elsewhere, excused":         {namesake, nil, result.Removed, "StaleSocket"},
		"same path held, another file":              {func(t *testing.T, p string) { live(t, p, stream, true); os.Remove(p); stale(t, p, stream) }, nil, result.Kept, "Listed"},
		"same last name, same number, other device": {relative, func(c *Cleaner) { noConnect(c); otherDevice(c) }, result.Kept, "Listed"},
		"list is something else":                    {leaves(stream), func(c *Cleaner) { c.list = "/proc/version" }, result.Refused, "SocketListUnreadable"},
		"sock_diag missing, otherwise stale":        {leaves(stream), noDiag, result.Removed, "StaleSocket"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := shortDir(t)
			path := filepath.Join(dir, "app.sock")
			c1 := cleaner(t, path, dir)
			if c.set != nil {
				c.set(c1)
			}
			c.make(t, path)
			before := inode(path)
			time.Sleep(testGrace + 10*time.Millisecond)
			got := c1.Clean(background)
			if strings.Contains(name, "touched lately") {
				want(t, got, result.Kept, "TooYoung") // a file from the future ...
				time.Sleep(got.Wait)
				got = c1.Clean(background) // ... is as old as we have watched it
			}
			want(t, got, c.action, c.reason)
			if c.action != result.Removed && inode(path) != before {
				t.Fatal("the file is not what it was")
			}
			if c.action == result.Removed && inode(path) != 0 {
				t.Fatal("the stale socket is still there")
			}
			if left := privateNames(dir); left != nil {
				t.Fatalf("left behind: %v", left)
			}
		})
	}
}

func future(t *testing.T, path string) {
	at := time.Now().Add(time.Hour)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

func relative(t *testing.T, path string) {
	t.Chdir(filepath.Dir(path))
	live(t, "./"+filepath.Base(path), stream, true)
}

// otherDevice is what btrfs shows: stat(2) and the kernel number the device differently.
func otherDevice(c *Cleaner) {
	c.diag = func(each func(uint32, vfs, bool)) error {
		return diag(func(ino uint32, at vfs, bound bool) { at.dev++; each(ino, at, bound) })
	}
}

func namesake(t *testing.T, path string) {
	live(t, filepath.Join(shortDir(t), filepath.Base(path)), stream, true)
	stale(t, path, stream)
}

func TestConnectDenied(t *testing.T) {
	for _, err := range []error{syscall.EACCES, syscall.EPERM} {
		if p := classify(stream, err); p == nil || p.action != result.Refused || p.reason != "ConnectDenied" {
			t.Fatalf("%v: %+v", err, p)
		}
	}
	if p := classify(stream, syscall.EMFILE); p == nil || p.action != result.Failed {
		t.Fatalf("%+v", p)
	}
}

func TestSymlinkAsParent(t *testing.T) {
	dir, other := shortDir(t), shortDir(t)
	stale(t, filepath.Join(other, "app.sock"), stream)
	os.Symlink(other, filepath.Join(dir, "sub"))
	time.Sleep(testGrace)
	want(t, cleaner(t, filepath.Join(dir, "sub/app.sock"), dir).Clean(background), result.Refused, "SymlinkInPath")
	os.WriteFile(filepath.Join(dir, "file"), nil, 0o600)
	want(t, cleaner(t, filepath.Join(dir, "file/app.sock"), dir).Clean(background), result.Refused, "NotADirectory")
	want(t, cleaner(t, filepath.Join(dir, "none/app.sock"), dir).Clean(background), result.Absent, "NothingThere")
	want(t, cleaner(t, filepath.Join(dir, "none/app.sock"), dir+"/none").Clean(background), result.Failed, "MountUnreadable")
	if inode(filepath.Join(other, "app.sock")) == 0 {
		t.Fatal("a link was followed")
	}
}

func TestLongPath(t *testing.T) {
	dir := shortDir(t)
	deep := filepath.Join(dir, strings.Repeat("d", 100), strings.Repeat("e", 100))
	os.MkdirAll(deep, 0o700)
	t.Chdir(deep)
	fd := live(t, "app.sock", stream, true)
	time.Sleep(testGrace)
	c := cleaner(t, filepath.Join(deep, "app.sock"), dir)
	only(stream)(c)
	want(t, c.Clean(background), result.Kept, "Live")
	syscall.Close(fd)
	want(t, c.Clean(background), result.Removed, "StaleSocket")
}

func TestParsePath(t *testing.T) {
	for _, c := range []struct{ socket, mount, says string }{
		{"", "/m", "missing"}, {"/m/a", "", "missing"}, {"m/a", "/m", "absolute"}, {"/m/../etc/a", "/m", "clean"},
		{"/m/./a", "/m", "clean"}, {"/m//a", "/m", "clean"}, {"/m/a/", "/m", "clean"}, {"/m/a", "/m/", "clean"},
		{"/m/a\x00b", "/m", "printable"}, {"/m/a\nb", "/m", "printable"}, {"/m/a\xff", "/m", "printable"},
		{"/other/a", "/m", "below"}, {"/mm/a", "/m", "below"}, {"/m", "/m", "below"}, {"/a", "/", "must not be /"},
		{"/m/" + strings.Repeat("a", maxPath), "/m", "longer"}, {"/m/" + privatePrefix + "x", "/m", "own"},
	} {
		if _, err := ParsePath(c.socket, c.mount); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q below %q: %v, want %q", c.socket, c.mount, err, c.says)
		}
	}
	if p, err := ParsePath("/var/run/d/s/a b.sock", "/var/run/d"); err != nil || p.base != "a b.sock" || len(p.dirs) != 1 {
		t.Errorf("%+v %v", p, err)
	}
}

func TestListLines(t *testing.T) {
	head := "Num       RefCount Protocol Flags    Type St Inode Path\n"
	row := "0000000000000000: 00000002 00000000 00010000 0001 01 "
	for lines, exact := range map[string][]bool{
		row + "  123 /m/my app.sock\n":              {true},
		row + "12345678 /m/./x/../my app.sock\n":    {true},
		row + "  123 my app.sock\n":                 {false},
		row + "  123 /run/m/my app.sock":            {false},
		row + "  123 /m/no my app.sock\n":           nil,
		row + "  123\n" + row + "  124 @x\n":        nil,
		row + "  123 /x\n/m/my app.sock\n":          {true},
		row + "  123 " + "/m/my app.sock.moved\n":   nil,
		row + "  123 @/m/my app.sock\n":             {false},
		row + "    0 /m/my app.sock\n" + row + "\n": {true},
	} {
		file := filepath.Join(t.TempDir(), "list")
		os.WriteFile(file, []byte(head+lines), 0o600)
		p, _ := ParsePath("/m/my app.sock", "/m")
		got, err := listed(file, p)
		if err != nil || len(got) != len(exact) {
			t.Errorf("%q: %+v %v", lines, got, err)
			continue
		}
		for i := range got {
			if got[i].exact != exact[i] {
				t.Errorf("%q: %+v", lines, got)
			}
		}
	}
}

// Package socket removes a Unix socket that nobody holds any more, and no other.
//
// What it rests on: an inode gets its socket in the bind() that creates it and never again
// (unix_bind_bsd in net/unix/af_unix.c; a second bind() is EADDRINUSE, unix(7)). So an inode that
// nobody holds stays dead, whatever happens beside us; the only danger is to take away a *name*
// that has come to stand for another inode meanwhile. Hence the rename to a private name, which
// shows what was really taken, before anything is unlinked.
package socket

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"strings"
	"syscall"
	"time"

	"crashloop-doctor.io/toolbox/internal/result"
)

// privatePrefix begins the names that sockets carry between rename and unlink.
const privatePrefix = ".crashloop-doctor."

// pause lies between the two rounds of questions.
const pause = time.Second

// problem is a reason not to go on.
type problem struct {
	action result.Action
	reason string
	text   string
}

func newProblem(a result.Action, reason, format string, args ...any) *problem {
	return &problem{a, reason, fmt.Sprintf(format, args...)}
}

func kept(reason, format string, args ...any) *problem {
	return newProblem(result.Kept, reason, format, args...)
}

func refused(reason, format string, args ...any) *problem {
	return newProblem(result.Refused, reason, format, args...)
}

func failed(reason, format string, args ...any) *problem {
	return newProblem(result.Failed, reason, format, args...)
}

func absent(text string) *problem { return newProblem(result.Absent, "NothingThere", "%s", text) }

// Cleaner cleans one socket. It is not for use by two goroutines at once.
type Cleaner struct {
	path  Path
	grace time.Duration

	// What a pass asks; tests replace single guards to see that each one holds alone.
	list  string
	kinds []int
	diag  func(func(uint32, vfs, bool)) error
	local func(fd int) (magic int64, err error)
	pause time.Duration
	step  func(name string) // called between the steps of the removal

	seen      pinnedSince
	quietKind int      // the type that Look asks with, ...
	quietFor  sighting // ... for this one file
}

// sighting tells one file at one name from the next: a number alone may be reused.
type sighting struct{ dev, ino, born uint64 }

type pinnedSince struct {
	file  sighting
	since time.Time
}

func sight(p pinned) sighting {
	return sighting{p.stat.Dev, p.stat.Ino, uint64(p.born().UnixNano())}
}

// New returns a cleaner with every guard in place.
func New(p Path, grace time.Duration) *Cleaner {
	return &Cleaner{
		path: p, grace: grace, list: procNetUnix, kinds: allTypes, diag: diag, local: filesystem,
		pause: pause, step: func(string) {},
	}
}

// Path of the socket.
func (c *Cleaner) Path() Path { return c.path }

// Outcome is the result of one pass, and for TooYoung the time that is missing.
type Outcome struct {
	result.Result
	Wait time.Duration
}

// CleanOnce is Clean, and once more when the socket was only too young the first time: an ephemeral
// container cannot be started again.
func (c *Cleaner) CleanOnce(ctx context.Context) result.Result {
	out := c.Clean(ctx)
	if out.Wait > 0 && sleep(ctx, out.Wait) {
		out = c.Clean(ctx)
	}
	return out.Result
}

// Clean judges the socket by every check and removes it if nobody holds it. It takes the pause, a
// second, or two when a run that was killed has left something; cancelling ctx ends it at once and
// leaves nothing half done.
func (c *Cleaner) Clean(ctx context.Context) Outcome {
	pass := &pass{Cleaner: c, ctx: ctx}
	pass.out.Socket = c.path.socket
	trouble := pass.run()
	pass.out.Action, pass.out.Reason, pass.out.Message = trouble.action, trouble.reason, trouble.text
	if len(pass.notes) > 0 {
		pass.out.Message += " " + strings.Join(pass.notes, " ")
	}
	return pass.out
}

// pass is one run of Clean.
type pass struct {
	*Cleaner
	ctx   context.Context
	dir   int
	out   Outcome
	notes []string
}

func (p *pass) check(name string, trouble *problem, detail string) *problem {
	if trouble != nil {
		detail = trouble.text
	}
	p.out.Checks = append(p.out.Checks, result.Check{Name: name, OK: trouble == nil, Detail: detail})
	return trouble
}

func (p *pass) run() *problem {
	dir, trouble := p.path.openParent()
	if trouble != nil && trouble.action == result.Absent {
		return trouble
	}
	if p.check("DirectoryReached", trouble, "every component below the mount opened by descriptor, no links") != nil {
		return trouble
	}
	defer syscall.Close(dir)
	p.dir = dir

	if trouble := p.check("FilesystemLocal", p.onLocalFilesystem(), ""); trouble != nil {
		return trouble
	}
	p.leftovers()

	file, err := pin(dir, p.path.base)
	if err == syscall.ENOENT {
		return absent("Nothing is there, so nothing blocks the daemon's bind.")
	}
	if err != nil {
		return failed("SocketUnreadable", "The socket cannot be looked at (%v).", err)
	}
	defer file.close()
	p.out.Inode = file.stat.Ino
	age := p.age(file)
	p.out.AgeSeconds = math.Round(age.Seconds()*10) / 10

	if trouble := p.check("IsSocket", notSocket(file), ""); trouble != nil {
		return trouble
	}
	if age < p.grace {
		// Between the file's creation in bind() and the moment the kernel can find the socket by it,
		// every question is answered "nobody".
		p.out.Wait = p.grace - age
		return p.check("OlderThanGrace", kept("TooYoung", "The socket is younger than the grace time of %v: a server may be starting.", p.grace), "")
	}
	p.check("OlderThanGrace", nil, p.grace.String())
	if trouble := p.heldTwice("", file, p.path.base); trouble != nil {
		return trouble
	}
	return p.remove(file)
}

func notSocket(file pinned) *problem {
	if file.isSocket() {
		return nil
	}
	if file.stat.Mode&syscall.S_IFMT == syscall.S_IFLNK {
		return refused("SymlinkInPath", "The socket's name is a symbolic link, and links are never followed.")
	}
	return refused("NotASocket", "There is %s, not a socket.", fileKind(file.stat.Mode))
}

func (p *pass) onLocalFilesystem() *problem {
	magic, err := p.local(p.dir)
	if err != nil {
		return failed("DirectoryUnreadable", "The filesystem cannot be told (%v).", err)
	}
	if _, ok := localFilesystems[magic]; !ok {
		return refused("FilesystemNotLocal", "On a filesystem of type 0x%x another machine may hold the socket.", magic)
	}
	return nil
}

// age is how long this file has been there: by its own times, or by how long we have watched it, so
// that a file from the future (a clock that was set back) does not stay young for ever.
func (c *Cleaner) age(file pinned) time.Duration {
	now := time.Now()
	if s := sight(file); c.seen.file != s {
		c.seen = pinnedSince{s, now}
	}
	return max(now.Sub(file.born()), now.Sub(c.seen.since), 0)
}

// heldTwice asks whether anybody holds the file, waits, and asks again about the same file.
func (p *pass) heldTwice(prefix string, file pinned, name string) *problem {
	if trouble := p.held(prefix+"1", file); trouble != nil {
		return trouble
	}
	if !sleep(p.ctx, p.pause) {
		return kept("Interrupted", "The run was ended before the second round of checks.")
	}
	if trouble := p.check(prefix+"SameInode", p.still(file, name), ""); trouble != nil {
		return trouble
	}
	return p.held(prefix+"2", file)
}

// still tells whether the name stands for the held file. The list and connect() are asked about
// the file, the removal is about the name.
func (p *pass) still(file pinned, name string) *problem {
	now, err := pin(p.dir, name)
	if err == syscall.ENOENT {
		return absent("The socket went away by itself during the checks.")
	}
	if err != nil {
		return failed("SocketUnreadable", "The socket cannot be looked at (%v).", err)
	}
	defer now.close()
	if !now.same(file) {
		return kept("ReplacedMeanwhile", "Another file took the socket's place during the checks: a daemon is starting.")
	}
	return nil
}

// held is one round of questions; nil means that nobody holds the file.
func (p *pass) held(round string, file pinned) *problem {
	if trouble := p.check("NotListed"+round, p.onLists(file), "not in /proc/net/unix"); trouble != nil {
		return trouble
	}
	return p.check("ConnectRefused"+round, probe(file, p.kinds), kindList(p.kinds))
}

// onLists asks the two lists of the network namespace. /proc/net/unix decides by name; sock_diag, where it
// answers, adds sockets under any name and excuses those that share only the last name.
func (p *pass) onLists(file pinned) *problem {
	found, err := listed(p.list, p.path)
	if err != nil {
		return refused("SocketListUnreadable", "/proc/net/unix cannot be read (%v), so nobody can tell who listens.", err)
	}
	elsewhere, byFile, diagErr := p.askDiag(file, found)
	for _, m := range found {
		if m.exact {
			return kept("Listed", "A process holds a socket of this very path (socket inode %d in /proc/net/unix).", m.ino)
		}
		if diagErr != nil || !elsewhere[m.ino] {
			return kept("Listed", "A process holds a socket of the same last name that may be this one (socket inode %d in /proc/net/unix).", m.ino)
		}
	}
	if diagErr == nil && byFile != 0 {
		return kept("Listed", "A process holds this very file under another name (socket inode %d by sock_diag).", byFile)
	}
	return nil
}

// askDiag returns which of the found sockets are certainly bound elsewhere, and one that is bound to the file.
func (p *pass) askDiag(file pinned, found []match) (elsewhere map[uint64]bool, byFile uint32, err error) {
	if magic, err := p.local(p.dir); err != nil || magic == overlayMagic {
		return nil, 0, errDiag // overlay shows other numbers in stat(2) than the kernel has inside
	}
	elsewhere = make(map[uint64]bool, len(found))
	err = p.diag(func(ino uint32, at vfs, bound bool) {
		if bound && at.is(file) {
			byFile = ino
		}
		for _, m := range found {
			if m.ino == uint64(ino) {
				// Connections that wait in a backlog all have number 0: every one must be elsewhere.
				so, seen := elsewhere[m.ino]
				elsewhere[m.ino] = (so || !seen) && (!bound || at.ino != uint32(file.stat.Ino))
			}
		}
	})
	return elsewhere, byFile, err
}

// remove takes the name away, looks at what was taken, and unlinks it or puts it back. It never
// waits, so a signal finds it done or not begun.
func (p *pass) remove(file pinned) *problem {
	private, err := p.privateName(file.stat.Ino)
	if err != nil {
		return failed("NoRandomness", "No private name could be made (%v).", err)
	}
	if p.ctx.Err() != nil {
		return kept("Interrupted", "The run was ended before the removal.")
	}
	p.step("before-rename")
	if err := rename(p.dir, p.path.base, private); err != nil {
		if err == syscall.ENOENT {
			return absent("The socket went away by itself during the checks.")
		}
		return failed("RenameFailed", "The socket cannot be renamed (%v): the directory must be writable for this user.", err)
	}
	p.step("after-rename")
	// The name may have come to stand for another file since the last look, and a live socket
	// still accepts under its new name.
	if trouble := p.check("RenamedIsSame", p.still(file, private), ""); trouble != nil {
		return p.putBack(private, trouble)
	}
	if trouble := p.check("RenamedConnectRefused", probe(file, p.kinds), kindList(p.kinds)); trouble != nil {
		return p.putBack(private, trouble)
	}
	p.step("before-unlink")
	if err := unlink(p.dir, private); err != nil && err != syscall.ENOENT {
		return p.putBack(private, failed("UnlinkFailed", "The socket cannot be unlinked (%v).", err))
	}
	return newProblem(result.Removed, "StaleSocket", "Nobody held the socket; it is removed, and the daemon can bind.")
}

// putBack undoes the rename, never onto a name that was taken meanwhile.
func (p *pass) putBack(private string, why *problem) *problem {
	p.step("before-put-back")
	switch err := rename(p.dir, private, p.path.base); err {
	case nil, syscall.ENOENT: // ENOENT: another run of the toolbox has put it back
		return why
	case syscall.EEXIST:
		return kept("NameTaken", "%s A newer socket took the name meanwhile and stays; the moved one is at %s.", why.text, p.path.sibling(private))
	default:
		return failed("PutBackFailed", "%s It could not be put back (%v); it is at %s.", why.text, err, p.path.sibling(private))
	}
}

func unlink(dir int, name string) error {
	return retry(func() error { return syscall.Unlinkat(dir, name) })
}

// ownPrefix begins the private names of this one socket: other sockets of the directory have their own
// cleaners. A hash, because both names may be as long as a name can be.
func (c *Cleaner) ownPrefix() string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(c.path.base))
	return fmt.Sprintf("%s%016x.", privatePrefix, h.Sum64())
}

func (c *Cleaner) privateName(ino uint64) (string, error) {
	var salt [8]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s%d.%s", c.ownPrefix(), ino, hex.EncodeToString(salt[:])), nil
}

// maxLeftovers and maxNames bound what a directory full of forgeries can cost us.
const (
	maxLeftovers = 8
	maxNames     = 100_000
)

// leftovers finishes what a run that was killed between rename and unlink has left: a private name
// is unlinked if the same checks show that nobody holds it, and otherwise put back.
func (p *pass) leftovers() {
	for _, name := range p.leftoverNames() {
		if p.ctx.Err() != nil {
			return
		}
		p.leftover(name)
	}
}

func (p *pass) leftoverNames() (names []string) {
	fd, err := openat(p.dir, ".", syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_CLOEXEC)
	if err != nil {
		return nil // a directory may be writable and not readable; then nothing can be found
	}
	d := os.NewFile(uintptr(fd), "socket directory")
	defer d.Close()
	prefix := p.ownPrefix()
	for read := 0; read < maxNames && len(names) < maxLeftovers; {
		batch, err := d.Readdirnames(256)
		for _, name := range batch {
			if strings.HasPrefix(name, prefix) && len(names) < maxLeftovers {
				names = append(names, name)
			}
		}
		read += len(batch)
		if err != nil { // io.EOF, or a directory that cannot be read to its end
			break
		}
	}
	return names
}

func (p *pass) leftover(name string) {
	file, err := pin(p.dir, name)
	if err != nil {
		return // another run has finished it
	}
	defer file.close()
	// First whether it lives: then it is wanted back at once. Not the lists, which name it by the path
	// that it was bound to, and a new daemon there is bound to the same path.
	trouble := notSocket(file)
	if trouble == nil {
		trouble = probe(file, p.kinds)
	}
	if trouble == nil {
		if time.Since(file.born()) < p.grace {
			return // rename(2) renews ctime: another run may be at work on it this moment
		}
		if trouble = p.heldTwice("Leftover", file, name); trouble == nil {
			if err := unlink(p.dir, name); err == nil {
				p.notes = append(p.notes, "The leftover of a run that was killed is removed too.")
			}
			return
		}
	}
	switch trouble.reason {
	case "Live", "BacklogFull", "NotASocket", "SymlinkInPath":
		if back := p.putBack(name, trouble); back != trouble {
			p.notes = append(p.notes, "Leftover of a run that was killed: "+back.text)
		} else {
			p.notes = append(p.notes, "The leftover of a run that was killed is put back: it is not a stale socket.")
		}
	}
	// Anything else is left for the next run: a private name is in nobody's way.
}

// sleep tells whether the time passed; false means that ctx ended first.
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

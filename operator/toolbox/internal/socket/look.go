package socket

import (
	"syscall"
	"time"

	"crashloop-doctor.io/toolbox/internal/result"
)

// Look is the cheap question of every tick: is there a socket that nobody holds? The answer is
// Absent, Kept (held, or TooYoung with Wait), Refused or Failed with the reason, or Action "" for a candidate
// that Clean must judge. It costs the same however many sockets the node has, and no daemon ever sees a
// connection: the question is a connect of another type than the daemon's, which the kernel answers
// from the inode (see allTypes).
func (c *Cleaner) Look() Outcome {
	out := Outcome{Result: result.Result{Socket: c.path.socket}}
	trouble := c.look(&out)
	if trouble != nil {
		out.Action, out.Reason, out.Message = trouble.action, trouble.reason, trouble.text
	}
	return out
}

func (c *Cleaner) look(out *Outcome) *problem {
	dir, trouble := c.path.openParent()
	if trouble != nil {
		return trouble
	}
	defer syscall.Close(dir)
	file, err := pin(dir, c.path.base)
	if err == syscall.ENOENT {
		return absent("Nothing is there, so nothing blocks the daemon's bind.")
	}
	if err != nil {
		return failed("SocketUnreadable", "The socket cannot be looked at (%v).", err)
	}
	defer file.close()
	out.Inode = file.stat.Ino
	age := c.age(file)
	out.AgeSeconds = float64(age / time.Second)
	if trouble := notSocket(file); trouble != nil {
		return trouble
	}
	if s := sight(file); c.quietFor != s {
		c.quietFor, c.quietKind = s, syscall.SOCK_DGRAM
	}
	err = connect(file, c.quietKind)
	trouble = classify(c.quietKind, err)
	if err == nil && c.quietKind == syscall.SOCK_DGRAM {
		// A datagram daemon: from now on ask it with a stream, so that it is connected to once at most
		// (and a datagram connect() sends nothing).
		c.quietKind = syscall.SOCK_STREAM
	}
	if trouble != nil {
		return trouble
	}
	if age < c.grace {
		out.Wait = c.grace - age
		return kept("TooYoung", "The socket is younger than the grace time of %v: a server may be starting.", c.grace)
	}
	return nil
}

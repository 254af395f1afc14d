package socket

import (
	"strings"
	"syscall"
)

// allTypes in the order they are tried. The kernel finds the socket that is bound to the inode, in
// whatever namespace it lives, and compares the types before it looks at anything else: a connect of
// another type to any bound socket, listening or not, is EPROTOTYPE (connect(2); unix_find_bsd in
// net/unix/af_unix.c) and the daemon never notices. So the datagram goes first: a stream daemon is
// found alive by it without a connection, and a datagram daemon sees none either. One refusal of it
// means that nothing at all is bound to the inode; the other two repeat the question for kernels
// and sandboxes that answer differently.
var allTypes = []int{syscall.SOCK_DGRAM, syscall.SOCK_STREAM, syscall.SOCK_SEQPACKET}

var typeNames = map[int]string{
	syscall.SOCK_DGRAM: "datagram", syscall.SOCK_STREAM: "stream", syscall.SOCK_SEQPACKET: "seqpacket",
}

// connect tries one connection of a type to the held inode, without ever blocking.
func connect(p pinned, kind int) error {
	fd, err := syscall.Socket(syscall.AF_UNIX, kind|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	return retry(func() error { return syscall.Connect(fd, &syscall.SockaddrUnix{Name: p.procPath()}) })
}

// classify turns the answer of connect(2) into a reason against removal; nil is "refused: nobody there".
func classify(kind int, err error) *problem {
	name := typeNames[kind]
	switch err {
	case syscall.ECONNREFUSED:
		return nil
	case nil:
		return kept("Live", "A process holds the socket: a %s connect() was accepted.", name)
	case syscall.EPROTOTYPE:
		return kept("Live", "A process holds the socket: it is bound with another type than %s.", name)
	case syscall.EAGAIN:
		return kept("BacklogFull", "A process listens on the socket: its backlog is full.")
	case syscall.EACCES, syscall.EPERM:
		return refused("ConnectDenied", "A %s connect() is not permitted (%v), so nobody can tell whether the socket is held: run as the daemon's user.", name, err)
	default:
		return failed("ProbeFailed", "A %s connect() failed (%v).", name, err)
	}
}

// probe asks with every type; all have to be refused.
func probe(p pinned, kinds []int) *problem {
	for _, kind := range kinds {
		if trouble := classify(kind, connect(p, kind)); trouble != nil {
			return trouble
		}
	}
	return nil
}

func kindList(kinds []int) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = typeNames[k]
	}
	return strings.Join(names, ", ")
}

package socket

import (
	"encoding/binary"
	"errors"
	"syscall"
)

// sock_diag(7). The kernel names the file behind every bound socket of our network namespace, so that a
// daemon that renamed its socket after bind() is found too, and sockets elsewhere on a
// hostNetwork node that only share a last name (there may be ten csi.sock) can be told apart.
const (
	netlinkSockDiag  = 4
	sockDiagByFamily = 20
	udiagShowVFS     = 2
	unixDiagVFS      = 1
)

var errDiag = errors.New("sock_diag answered something else")

// vfs is the file behind a socket, as the kernel numbers it: 32 bits of the inode and its own dev_t.
type vfs struct{ ino, dev uint32 }

// kernelDev turns st_dev (makedev(3)) into the kernel's dev_t: 12 bits major, 20 bits minor.
func kernelDev(dev uint64) uint32 {
	major := uint32(dev>>8) & 0xFFF
	minor := uint32(dev&0xFF) | uint32(dev>>12)&0xFFF00
	return major<<20 | minor
}

func (v vfs) is(p pinned) bool { return v.ino == uint32(p.stat.Ino) && v.dev == kernelDev(p.stat.Dev) }

// diag calls each with every Unix socket of the network namespace: its own inode, and its file if any.
func diag(each func(ino uint32, file vfs, bound bool)) error {
	fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, netlinkSockDiag)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	// The kernel answers at once; the bound only keeps a strange sandbox from holding us.
	if err := syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &syscall.Timeval{Usec: 300_000}); err != nil {
		return err
	}
	const header, request, message = 16, 24, 16
	native := binary.NativeEndian
	var ask [header + request]byte
	native.PutUint32(ask[0:], uint32(len(ask)))
	native.PutUint16(ask[4:], sockDiagByFamily)
	native.PutUint16(ask[6:], syscall.NLM_F_REQUEST|syscall.NLM_F_DUMP)
	ask[header] = syscall.AF_UNIX
	native.PutUint32(ask[header+4:], ^uint32(0)) // every state
	native.PutUint32(ask[header+12:], udiagShowVFS)
	if err := syscall.Sendto(fd, ask[:], 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
		return err
	}
	buf := make([]byte, 32<<10)
	for {
		var n int
		err := retry(func() (err error) { n, _, err = syscall.Recvfrom(fd, buf, 0); return err })
		if err != nil {
			return err
		}
		for rest := buf[:n]; len(rest) >= header; {
			size := int(native.Uint32(rest))
			if size < header || size > len(rest) {
				return errDiag
			}
			switch native.Uint16(rest[4:]) {
			case syscall.NLMSG_DONE:
				return nil
			case sockDiagByFamily:
				if size < header+message {
					return errDiag
				}
				file, bound := vfsAttribute(rest[header+message : size])
				each(native.Uint32(rest[header+4:]), file, bound)
			default: // NLMSG_ERROR: no unix_diag in this kernel
				return errDiag
			}
			rest = rest[min(align4(size), len(rest)):]
		}
	}
}

func vfsAttribute(attrs []byte) (vfs, bool) {
	native := binary.NativeEndian
	for len(attrs) >= 4 {
		size := int(native.Uint16(attrs))
		if size < 4 || size > len(attrs) {
			break
		}
		if native.Uint16(attrs[2:]) == unixDiagVFS && size >= 12 {
			return vfs{ino: native.Uint32(attrs[4:]), dev: native.Uint32(attrs[8:])}, true
		}
		attrs = attrs[min(align4(size), len(attrs)):]
	}
	return vfs{}, false
}

func align4(n int) int { return (n + 3) &^ 3 }

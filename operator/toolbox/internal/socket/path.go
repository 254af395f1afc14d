package socket

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"
)

// maxPath keeps the result inside a termination message. A daemon can bind 108 bytes (unix(7)), and
// only a relative name reaches further.
const maxPath = 1024

// Path is a socket below a mount, checked as text: nothing has been opened yet.
type Path struct {
	socket string
	mount  string
	dirs   []string // the directories between mount and socket
	base   string
}

// ParsePath accepts only clean, absolute, printable paths with the socket below the mount.
func ParsePath(socket, mount string) (Path, error) {
	for _, p := range []struct{ flag, value string }{{"--mount", mount}, {"--socket", socket}} {
		switch {
		case p.value == "":
			return Path{}, fmt.Errorf("%s is missing: give it as an absolute path", p.flag)
		case len(p.value) > maxPath:
			return Path{}, fmt.Errorf("%s is longer than %d bytes: give the real path", p.flag, maxPath)
		case !utf8.ValidString(p.value) || strings.ContainsFunc(p.value, func(r rune) bool { return !unicode.IsPrint(r) }):
			// /proc/net/unix has no escapes: a line feed in a name would make two lines of one.
			return Path{}, fmt.Errorf("%s holds characters that are not printable: such a socket must be removed by hand", p.flag)
		case !path.IsAbs(p.value):
			return Path{}, fmt.Errorf("%s must be absolute: let it begin with /", p.flag)
		case path.Clean(p.value) != p.value:
			return Path{}, fmt.Errorf("%s must be clean: write it without .. or . or doubled or trailing slashes", p.flag)
		}
	}
	if mount == "/" {
		return Path{}, errors.New("--mount must not be /: give the directory where the volume is mounted")
	}
	rel, below := strings.CutPrefix(socket, mount+"/")
	if !below {
		return Path{}, errors.New("--socket must lie below --mount: give the mount of the volume that holds the socket")
	}
	parts := strings.Split(rel, "/")
	base := parts[len(parts)-1]
	if strings.HasPrefix(base, privatePrefix) {
		return Path{}, fmt.Errorf("--socket must not begin with %s: such names are the toolbox's own; give the daemon's socket", privatePrefix)
	}
	return Path{socket: socket, mount: mount, dirs: parts[:len(parts)-1], base: base}, nil
}

func (p Path) String() string { return p.socket }

// sibling is the full path of another name beside the socket.
func (p Path) sibling(name string) string { return path.Join(path.Dir(p.socket), name) }

// openParent walks from the mount to the socket's directory, one descriptor for each component, so
// that nothing can be swapped under the walk. The way to the mount itself may hold links (/var/run is
// one in many images): it belongs to our own image and the kubelet mounted there.
func (p Path) openParent() (int, *problem) {
	var fd int
	err := retry(func() (err error) {
		fd, err = syscall.Open(p.mount, oPath|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0)
		return err
	})
	if err != nil {
		return -1, failed("MountUnreadable", "The mount directory cannot be opened (%v): mount the volume there.", err)
	}
	for i, name := range p.dirs {
		next, err := openat(fd, name, openDir)
		if err != nil {
			trouble := p.explain(fd, i, err)
			_ = syscall.Close(fd)
			return -1, trouble
		}
		_ = syscall.Close(fd)
		fd = next
	}
	return fd, nil
}

func (p Path) explain(parent, i int, err error) *problem {
	if err == syscall.ENOENT {
		return absent("The socket's directory does not exist, so nothing blocks the daemon's bind.")
	}
	if err == syscall.ENOTDIR || err == syscall.ELOOP {
		if what, perr := pin(parent, p.dirs[i]); perr == nil {
			defer what.close()
			if what.stat.Mode&syscall.S_IFMT == syscall.S_IFLNK {
				return refused("SymlinkInPath", "Component %d below the mount is a symbolic link, and links are never followed.", i+1)
			}
		}
		return refused("NotADirectory", "Component %d below the mount is not a directory.", i+1)
	}
	return failed("DirectoryUnreadable", "Component %d below the mount cannot be opened (%v).", i+1, err)
}

package socket

import (
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

// Values that package syscall lacks; they are the same on every architecture we build for.
const (
	oPath           = 0x200000 // O_PATH, open(2)
	renameNoReplace = 1        // RENAME_NOREPLACE, rename(2)
)

const (
	// openDir walks one component. O_PATH asks for no read permission on the directory.
	openDir = oPath | syscall.O_DIRECTORY | syscall.O_NOFOLLOW | syscall.O_CLOEXEC
	// openAny takes hold of whatever a name is, a symbolic link included, without following it.
	openAny = oPath | syscall.O_NOFOLLOW | syscall.O_CLOEXEC
)

func retry(call func() error) error {
	for {
		if err := call(); err != syscall.EINTR {
			return err
		}
	}
}

func openat(dir int, name string, flags int) (fd int, err error) {
	err = retry(func() error { fd, err = syscall.Openat(dir, name, flags, 0); return err })
	return fd, err
}

// rename moves a name inside one directory and never onto an existing one (renameat2, rename(2)).
func rename(dir int, from, to string) error {
	f, err := syscall.BytePtrFromString(from)
	if err != nil {
		return err
	}
	t, err := syscall.BytePtrFromString(to)
	if err != nil {
		return err
	}
	return retry(func() error {
		_, _, errno := syscall.Syscall6(sysRenameat2, uintptr(dir), uintptr(unsafe.Pointer(f)),
			uintptr(dir), uintptr(unsafe.Pointer(t)), renameNoReplace, 0)
		if errno != 0 {
			return errno
		}
		return nil
	})
}

// pinned is one inode that we hold open. While it is held its number cannot be given to another
// file (ext4 and tmpfs reuse numbers at once), so device and number together are its identity.
type pinned struct {
	fd   int
	stat syscall.Stat_t
}

func pin(dir int, name string) (pinned, error) {
	fd, err := openat(dir, name, openAny)
	if err != nil {
		return pinned{}, err
	}
	p := pinned{fd: fd}
	if err := retry(func() error { return syscall.Fstat(fd, &p.stat) }); err != nil {
		_ = syscall.Close(fd)
		return pinned{}, err
	}
	return p, nil
}

func (p pinned) close() { _ = syscall.Close(p.fd) }

func (p pinned) isSocket() bool { return p.stat.Mode&syscall.S_IFMT == syscall.S_IFSOCK }

func (p pinned) same(q pinned) bool { return p.stat.Dev == q.stat.Dev && p.stat.Ino == q.stat.Ino }

// born is the latest of its two times: a socket that was touched lately counts as young.
func (p pinned) born() time.Time {
	c, m := time.Unix(p.stat.Ctim.Unix()), time.Unix(p.stat.Mtim.Unix())
	if m.After(c) {
		return m
	}
	return c
}

// procPath names the held inode itself: proc(5), /proc/pid/fd are links straight to the file, no name
// is looked up again. It is also short, and sun_path ends at 108 bytes (unix(7)).
func (p pinned) procPath() string { return "/proc/self/fd/" + strconv.Itoa(p.fd) }

func fileKind(mode uint32) string {
	switch mode & syscall.S_IFMT {
	case syscall.S_IFLNK:
		return "a symbolic link"
	case syscall.S_IFDIR:
		return "a directory"
	case syscall.S_IFREG:
		return "a regular file"
	case syscall.S_IFIFO:
		return "a named pipe"
	default:
		return "a special file"
	}
}

// localFilesystems: on any other one (NFS, 9p, virtiofs and the rest of FUSE, CephFS, unknown ones)
// another kernel may hold the listener, and then connect() is refused here although it lives.
var localFilesystems = map[int64]string{
	0xEF53: "ext", 0x58465342: "xfs", 0x9123683E: "btrfs", 0x01021994: "tmpfs", 0x858458F6: "ramfs",
	overlayMagic: "overlay", 0xF2F52010: "f2fs", 0x2FC12FC1: "zfs", 0xCA451A4E: "bcachefs",
}

const overlayMagic = 0x794C7630

func filesystem(fd int) (magic int64, err error) {
	var s syscall.Statfs_t
	err = retry(func() error { return syscall.Fstatfs(fd, &s) })
	return int64(s.Type) & 0xFFFFFFFF, err
}

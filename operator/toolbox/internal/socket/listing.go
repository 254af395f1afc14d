package socket

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path"
	"strconv"
)

// procNetUnix lists the Unix sockets of our network namespace, which is the whole pod's (proc(5)).
const procNetUnix = "/proc/net/unix"

var errNotAList = errors.New("it is not the kernel's list")

// match is a listed socket whose last name is ours.
type match struct {
	exact bool   // the very path
	ino   uint64 // of the socket itself, not of its file
}

// listed returns the entries that may be the socket: the name is what the daemon wrote in bind(), so
// it may be relative, or absolute through another mount path or link; only the last component is sure.
func listed(file string, p Path) ([]match, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 16<<10)
	header, err := in.ReadSlice('\n')
	if err != nil || !bytes.HasPrefix(header, []byte("Num ")) || !bytes.Contains(header, []byte(" Inode Path")) {
		// Empty where a runtime masks the file with /dev/null: that is no "nobody listens".
		return nil, errNotAList
	}
	var found []match
	base := []byte(p.base)
	for {
		line, err := in.ReadSlice('\n')
		if err == io.EOF && len(line) == 0 {
			return found, nil
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
		line = bytes.TrimSuffix(line, []byte("\n"))
		// Most lines end here, without an allocation.
		if !bytes.HasSuffix(line, base) {
			continue
		}
		ino, name := splitLine(line)
		if i := bytes.LastIndexByte(name, '/'); !bytes.Equal(name[i+1:], base) {
			continue
		}
		found = append(found, match{exact: path.Clean(string(name)) == p.socket, ino: ino})
	}
}

// noInode is no socket's number, so nothing excuses its line.
const noInode = math.MaxUint64

// splitLine cuts "Num: RefCount Protocol Flags Type St Inode Path". The path is the rest after one space
// and may hold spaces. A line of another shape is the rest of a name with a line feed in it: it counts
// as a name as a whole, which can only keep a socket, never remove one.
func splitLine(line []byte) (ino uint64, name []byte) {
	rest, field := line, []byte(nil)
	for range 7 {
		rest = bytes.TrimLeft(rest, " ")
		i := bytes.IndexByte(rest, ' ')
		if i < 0 {
			return noInode, line
		}
		field, rest = rest[:i], rest[i+1:]
	}
	ino, err := strconv.ParseUint(string(field), 10, 64)
	if err != nil {
		return noInode, line
	}
	return ino, rest
}

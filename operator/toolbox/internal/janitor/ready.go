package janitor

import (
	"bytes"
	"context"
	"os"
	"strconv"
	"time"
)

// The marker is the process's name in /proc/pid/comm (proc(5)): it needs no writable filesystem, no port
// and no name in the network namespace, everyone may read it without a capability, and it ends with the
// process. 15 bytes at most.
const marker = "janitor-ready"

// MarkReady gives this process its marker. A failure is nothing to stop for: WaitReady ends anyway.
func MarkReady() error {
	f, err := os.OpenFile("/proc/self/comm", os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteString(marker)
	return err
}

// WaitReady returns true once a janitor of this container carries the marker, and false when the time is
// over. The janitor need not be PID 1: with shareProcessNamespace that is the pause process. Its container is
// told by the mount namespace, which every container has for itself and an exec probe shares.
func WaitReady(ctx context.Context, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for delay := 20 * time.Millisecond; ; delay = min(2*delay, 320*time.Millisecond) {
		if markedHere("/proc") {
			return true
		}
		if !sleep(ctx, delay) {
			return false
		}
	}
}

func markedHere(proc string) bool {
	here, err := os.Readlink(proc + "/self/ns/mnt")
	if err != nil {
		return false
	}
	dir, err := os.Open(proc)
	if err != nil {
		return false
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	for _, pid := range names {
		if _, err := strconv.Atoi(pid); err != nil {
			continue
		}
		comm, err := os.ReadFile(proc + "/" + pid + "/comm")
		if err != nil || string(bytes.TrimSpace(comm)) != marker {
			continue
		}
		if there, err := os.Readlink(proc + "/" + pid + "/ns/mnt"); err == nil && there == here {
			return true
		}
	}
	return false
}

// Package result is what a one-shot command says at its end: one line of JSON, and an exit code.
package result

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"syscall"
)

// Action is what became of the socket.
type Action string

const (
	Removed Action = "Removed" // it was stale and is gone
	Absent  Action = "Absent"  // nothing is there, the daemon can bind
	Kept    Action = "Kept"    // somebody holds it, or may hold it
	Refused Action = "Refused" // it cannot be judged safely
	Failed  Action = "Failed"  // an error stood in the way
)

// Exit codes; docs/toolbox.md carries the same table.
const (
	ExitOK      = 0 // Removed or Absent
	ExitUsage   = 2 // bad usage
	ExitNotSafe = 3 // Kept or Refused
	ExitFailed  = 4 // Failed
)

// Check is one thing that was looked at. No text in it comes from another process.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
}

// Result is the whole answer.
type Result struct {
	Action     Action  `json:"action"`
	Reason     string  `json:"reason"`
	Message    string  `json:"message"`
	Socket     string  `json:"socket"`
	Inode      uint64  `json:"inode"`
	AgeSeconds float64 `json:"ageSeconds"`
	Checks     []Check `json:"checks"`
}

// ExitCode of a process that ends with this result.
func (r Result) ExitCode() int {
	switch r.Action {
	case Removed, Absent:
		return ExitOK
	case Kept, Refused:
		return ExitNotSafe
	default:
		return ExitFailed
	}
}

// maxBytes: the kubelet takes 4096 bytes of a termination message, and half a JSON document is none.
const maxBytes = 4096

// Line is the result as one line of JSON that fits a termination message.
func (r Result) Line() []byte {
	if r.Checks == nil {
		r.Checks = []Check{}
	}
	line := encode(r)
	if len(line) > maxBytes {
		r.Checks = []Check{{Name: "Omitted", OK: true, Detail: "too long for a termination message; see the log"}}
		line = encode(r)
	}
	if len(line) > maxBytes {
		r.Socket, r.Message = "", "The whole message is in the log: it is too long for a termination message."
		line = encode(r)
	}
	return line
}

func encode(r Result) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(r) // plain structs of strings and numbers always encode
	return out.Bytes()
}

// Write puts the line on out and into file. The file is never created: the kubelet makes its
// termination log, and elsewhere there is none to write. The error is about the file alone.
func (r Result) Write(out io.Writer, file string) error {
	line := r.Line()
	_, _ = out.Write(line)
	if file == "" {
		return nil
	}
	// O_NONBLOCK: a FIFO without a reader must not hold us up.
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_TRUNC|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(line)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

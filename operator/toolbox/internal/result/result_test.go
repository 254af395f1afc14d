package result

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAlwaysFitsATerminationMessage(t *testing.T) {
	long := strings.Repeat("\u00e9", 3000)
	for _, r := range []Result{{}, {Message: long}, {Checks: []Check{{Detail: long}, {Detail: long}}}, {Socket: long}} {
		line := r.Line()
		var back Result
		if len(line) > maxBytes || json.Unmarshal(line, &back) != nil || back.Checks == nil {
			t.Errorf("%d bytes: %.80s", len(line), line)
		}
	}
}

func TestExitCodes(t *testing.T) {
	for action, code := range map[Action]int{Removed: 0, Absent: 0, Kept: 3, Refused: 3, Failed: 4, "": 4} {
		if got := (Result{Action: action}).ExitCode(); got != code {
			t.Errorf("%s: %d", action, got)
		}
	}
}

func TestFileIsNeverCreatedNorALinkFollowed(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	if (Result{}).Write(&out, filepath.Join(dir, "none")) == nil || out.Len() == 0 {
		t.Error("created")
	}
	target := filepath.Join(dir, "target")
	os.WriteFile(target, []byte("x"), 0o600)
	os.Symlink(target, filepath.Join(dir, "link"))
	if (Result{}).Write(&out, filepath.Join(dir, "link")) == nil {
		t.Error("followed")
	}
}

package agent_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"csicert/framework/agent"
)

func TestUsageTellsHolesFromData(t *testing.T) {
	const size = 1 << 20
	dense, sparse := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(dense, "zeros\n"), bytes.Repeat([]byte{0}, size), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(filepath.Join(dense, "zeros\n"), filepath.Join(dense, "again")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(sparse, "hole"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(sparse, "hole"), size); err != nil {
		t.Fatal(err)
	}
	of := func(dir string) agent.Room { return ask[agent.Room](t, agent.Usage{Dir: dir}, "") }
	if r := of(dense); r.Apparent != size || r.Saved() > size/2 {
		t.Errorf("written zeros, named twice: %+v", r)
	}
	if r := of(sparse); r.Apparent != size || r.Saved() < size/2 {
		t.Errorf("a hole: %+v", r)
	}
	if _, _, code := call(t, agent.Usage{Dir: filepath.Join(dense, "absent")}, ""); code != agent.ExitFailed {
		t.Errorf("a directory that is not there: exit code %d", code)
	}
}

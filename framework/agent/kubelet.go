package agent

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Kubelet answers with the [Unit] that the node's kubelet is. With Kill its processes get SIGKILL first, and the unit is as
// it was before: systemd starts it again. It needs the process namespace of the node (hostPID). Whoever asks by way of the
// kubelet, as exec does, may not hear the answer.
type Kubelet struct{ Kill bool }

// Unit is a service of systemd's.
type Unit struct {
	Processes []int `json:"processes"` // by number; none where the node has no such service
}

// kubeletUnit is how every distribution that has a service for the kubelet calls it.
const kubeletUnit = "kubelet.service"

// Args implements [Request].
func (r Kubelet) Args() []string {
	if r.Kill {
		return []string{"kubelet", "-kill"}
	}
	return []string{"kubelet"}
}

func (r Kubelet) run(ctx context.Context, _ io.Reader, stdout io.Writer) error {
	found, err := r.in(ctx, processes)
	if err != nil {
		return fmt.Errorf("looking for the kubelet: %w", err)
	}
	return answer(stdout, found)
}

func (r Kubelet) in(ctx context.Context, proc string) (Unit, error) {
	unit := Unit{Processes: []int{}}
	err := eachProcess(ctx, proc, func(folder string, pid int) error {
		if cgroups, err := os.ReadFile(filepath.Join(folder, "cgroup")); err == nil && inUnit(string(cgroups), kubeletUnit) { // else it has ended
			unit.Processes = append(unit.Processes, pid)
		}
		return nil
	})
	if err == nil && r.Kill {
		_, err = strikeAll(ctx, proc, func(cgroups string) string {
			if inUnit(cgroups, kubeletUnit) {
				return kubeletUnit
			}
			return ""
		})
	}
	return unit, err
}

// inUnit tells whether a process with these cgroups is the unit's own: its containers are in cgroups beside or below it.
func inUnit(cgroups, unit string) bool {
	for line := range strings.Lines(cgroups) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) == 3 && path.Base(parts[2]) == unit {
			return true
		}
	}
	return false
}

package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Kill sends SIGKILL to every process of the containers, all at once, and answers with [Killed]. Containers are named
// as a pod's status names them, without the runtime's prefix. It needs the process namespace of the node (hostPID).
type Kill struct{ Containers []string }

// Killed says how many processes each container had; none is an answer, for a container may just have ended.
type Killed struct {
	Processes map[string]int `json:"processes"` // by the container's ID
}

// processes is where the kernel shows the processes of the namespace.
const processes = "/proc"

// containerID is what containerd, CRI-O and Docker give out. Less than the whole ID could be another container's, too.
var containerID = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Args implements [Request].
func (r Kill) Args() []string { return append([]string{"kill", "--"}, r.Containers...) }

func (r Kill) check() error {
	if len(r.Containers) == 0 {
		return usage("kill CONTAINER: found none, accepted is at least one")
	}
	for _, id := range r.Containers {
		if !containerID.MatchString(id) {
			return usage("kill CONTAINER: found %q, accepted are IDs of 64 hexadecimal digits", id)
		}
	}
	return nil
}

func (r Kill) run(ctx context.Context, _ io.Reader, stdout io.Writer) error {
	if err := r.check(); err != nil {
		return err
	}
	killed, err := r.in(ctx, processes)
	if err != nil {
		return fmt.Errorf("killing: %w", err)
	}
	return answer(stdout, killed)
}

// in kills the containers' processes that proc shows.
func (r Kill) in(ctx context.Context, proc string) (Killed, error) {
	killed := Killed{Processes: map[string]int{}}
	for _, id := range r.Containers {
		killed.Processes[id] = 0
	}
	struck, err := strikeAll(ctx, proc, func(cgroups string) string {
		if at := slices.IndexFunc(r.Containers, func(id string) bool { return inContainer(cgroups, id) }); at >= 0 {
			return r.Containers[at]
		}
		return ""
	})
	maps.Copy(killed.Processes, struck)
	return killed, err
}

// strikeAll kills the processes that proc shows and that are somebody's by their cgroups, and looks again until it finds no
// new ones: a process may have had children meanwhile. It counts them by whose they were.
func strikeAll(ctx context.Context, proc string, whose func(cgroups string) string) (map[string]int, error) {
	hit, count := map[int]bool{}, map[string]int{}
	for found := true; found; {
		found = false
		err := eachProcess(ctx, proc, func(folder string, pid int) error {
			if hit[pid] {
				return nil
			}
			of, err := strike(folder, pid, whose)
			if of != "" {
				hit[pid], found = true, true
				count[of]++
			}
			return err
		})
		if err != nil {
			return count, err
		}
	}
	return count, nil
}

func eachProcess(ctx context.Context, proc string, do func(folder string, pid int) error) error {
	names, err := filepath.Glob(filepath.Join(proc, "[1-9]*"))
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		pid, err := strconv.Atoi(filepath.Base(name))
		if err != nil {
			continue
		}
		if err := do(name, pid); err != nil {
			return err
		}
	}
	return nil
}

// strike kills the process if it is somebody's, and tells whose. The process is held before its cgroups are read, so that the signal cannot hit
// another one that got its number.
func strike(folder string, pid int, whose func(cgroups string) string) (of string, err error) {
	process, err := os.FindProcess(pid)
	if err != nil {
		return "", fmt.Errorf("finding process %d: %w", pid, err)
	}
	defer func() { err = errors.Join(err, process.Release()) }()
	cgroups, err := os.ReadFile(filepath.Join(folder, "cgroup"))
	if err != nil {
		return "", nil // it has ended
	}
	of = whose(string(cgroups))
	if of == "" {
		return "", nil
	}
	if err := process.Kill(); errors.Is(err, os.ErrProcessDone) {
		return "", nil
	} else if err != nil {
		return "", fmt.Errorf("killing process %d: %w", pid, err)
	}
	return of, nil
}

// inContainer tells whether a process with these cgroups is the container's. A line is hierarchy:controllers:path, one
// for each hierarchy of v1, or the one of v2. An element of the path is the ID, alone (cgroupfs) or as in
// cri-containerd-ID.scope (systemd).
func inContainer(cgroups, id string) bool {
	for line := range strings.Lines(cgroups) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) < 3 {
			continue
		}
		for element := range strings.SplitSeq(strings.TrimSuffix(parts[2], " (deleted)"), "/") {
			runtime, named := strings.CutSuffix(strings.TrimSuffix(element, ".scope"), id)
			alone := runtime == "" || strings.HasSuffix(runtime, "-") || strings.HasSuffix(runtime, ":")
			if named && alone && !strings.Contains(runtime, "conmon") { // CRI-O's monitor outlives its container
				return true
			}
		}
	}
	return false
}

package engine

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"csicert/kind-config/engine/capability"
)

// Host is what of the machine decides how a cluster can run on it.
type Host struct {
	MissingCapabilities []string // absent from the bounding set, such as "CAP_SYS_RESOURCE"; sorted
	CgroupV1            bool     // /sys/fs/cgroup is not the unified hierarchy; hybrid counts as v1, its memory controller is there
	NFSInKernel         bool     // /proc/filesystems has nfs or nfs4
	FUSE                bool     // /dev/fuse can be opened
	OpenFilesHard       uint64   // hard limit of open files of a process; MaxUint64 is unlimited
	InotifyInstances    uint64   // fs.inotify.max_user_instances
	InotifyWatches      uint64   // fs.inotify.max_user_watches
}

// CanRaiseLimits says whether a process here may raise hard resource limits and lower OOM scores.
func (h Host) CanRaiseLimits() bool {
	return !slices.Contains(h.MissingCapabilities, capability.SysResource)
}

// CanGrantAll says whether an unmodified runtime can start a privileged container here.
func (h Host) CanGrantAll() bool { return len(h.MissingCapabilities) == 0 }

// Inspect reads what the kernel says of this machine and of the calling process.
func Inspect(ctx context.Context) (Host, error) {
	if err := ctx.Err(); err != nil {
		return Host{}, fmt.Errorf("inspecting the host: %w", err)
	}
	return inspect(os.DirFS("/"))
}

func inspect(root fs.FS) (Host, error) {
	var h Host
	last, err := number(root, "proc/sys/kernel/cap_last_cap")
	if err != nil {
		return Host{}, err
	}
	status, err := read(root, "proc/self/status")
	if err != nil {
		return Host{}, err
	}
	if h.MissingCapabilities, err = capability.Missing(bytes.NewReader(status), int(last)); err != nil {
		return Host{}, fmt.Errorf("reading /proc/self/status: %w", err)
	}
	mounts, err := read(root, "proc/self/mounts")
	if err != nil {
		return Host{}, err
	}
	h.CgroupV1 = !unified(mounts)
	filesystems, err := read(root, "proc/filesystems")
	if err != nil {
		return Host{}, err
	}
	words := strings.Fields(string(filesystems))
	h.NFSInKernel = slices.Contains(words, "nfs") || slices.Contains(words, "nfs4")
	if device, err := root.Open("dev/fuse"); err == nil {
		h.FUSE = true
		device.Close()
	}
	limits, err := read(root, "proc/self/limits")
	if err != nil {
		return Host{}, err
	}
	if h.OpenFilesHard, err = openFilesHard(limits); err != nil {
		return Host{}, err
	}
	if h.InotifyInstances, err = number(root, sysctlPath(inotifyInstances)); err != nil {
		return Host{}, err
	}
	h.InotifyWatches, err = number(root, sysctlPath(inotifyWatches))
	return h, err
}

// unified tells whether what is mounted last on /sys/fs/cgroup is cgroup2, which is how kubelet decides.
func unified(mounts []byte) bool {
	kind := ""
	for line := range strings.Lines(string(mounts)) {
		if f := strings.Fields(line); len(f) > 2 && f[1] == "/sys/fs/cgroup" {
			kind = f[2]
		}
	}
	return kind == "cgroup2"
}

func openFilesHard(limits []byte) (uint64, error) {
	lines := bufio.NewScanner(bytes.NewReader(limits))
	for lines.Scan() {
		rest, found := strings.CutPrefix(lines.Text(), "Max open files")
		f := strings.Fields(rest)
		if !found || len(f) < 2 {
			continue
		}
		if f[1] == "unlimited" {
			return math.MaxUint64, nil
		}
		value, err := strconv.ParseUint(f[1], 10, 64)
		if err != nil {
			return 0, fmt.Errorf("reading the open files limit in /proc/self/limits: %w", err)
		}
		return value, nil
	}
	return 0, fmt.Errorf("/proc/self/limits has no open files limit")
}

func read(root fs.FS, path string) ([]byte, error) {
	data, err := fs.ReadFile(root, path)
	if err != nil {
		return nil, fmt.Errorf("inspecting the host: %w", err)
	}
	return data, nil
}

func number(root fs.FS, path string) (uint64, error) {
	data, err := read(root, path)
	if err != nil {
		return 0, err
	}
	value, err := strconv.ParseUint(strings.TrimSpace(string(data)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("reading /%s: %w", path, err)
	}
	return value, nil
}

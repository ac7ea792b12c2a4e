package engine

import (
	"context"
	"maps"
	"math"
	"testing"
	"testing/fstest"

	. "github.com/onsi/gomega"
)

// machine is a full, unrestricted host; with replaces or, where empty, removes files of it.
func machine(with map[string]string) fstest.MapFS {
	files := map[string]string{
		"proc/sys/kernel/cap_last_cap":           "40\n",
		"proc/self/status":                       "Name:\tx\nCapBnd:\t000001ffffffffff\n",
		"proc/self/mounts":                       "proc /proc proc rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n",
		"proc/filesystems":                       "nodev\tsysfs\n\text4\nnodev\tnfs\n",
		"proc/self/limits":                       "Max processes             10  10  processes\nMax open files            1024  1048576  files\n",
		"proc/sys/fs/inotify/max_user_instances": "1024\n",
		"proc/sys/fs/inotify/max_user_watches":   "1048576\n",
		"proc/sys/kernel/random/boot_id":         "boot-1\n",
		"proc/1/comm":                            "systemd\n",
		"dev/fuse":                               "x",
	}
	maps.Copy(files, with)
	root := fstest.MapFS{}
	for path, text := range files {
		if text != "" {
			root[path] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return root
}

func full() Host {
	return Host{NFSInKernel: true, FUSE: true, OpenFilesHard: 1048576, InotifyInstances: 1024, InotifyWatches: 1048576}
}

func TestInspect(t *testing.T) {
	for name, c := range map[string]struct {
		with map[string]string
		want func(*Host)
	}{
		"a full machine": {nil, func(*Host) {}},
		"limits cannot be raised": {map[string]string{"proc/self/status": "CapBnd:\t000001fffeffffff\n"},
			func(h *Host) { h.MissingCapabilities = []string{"CAP_SYS_RESOURCE"} }},
		"hybrid cgroups are v1": {map[string]string{"proc/self/mounts": "tmpfs /sys/fs/cgroup tmpfs rw 0 0\n" +
			"cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n"},
			func(h *Host) { h.CgroupV1 = true }},
		"what is mounted last counts": {map[string]string{"proc/self/mounts": "tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n"},
			func(*Host) {}},
		"no NFS":      {map[string]string{"proc/filesystems": "nodev\tnfsd\n\text4\n"}, func(h *Host) { h.NFSInKernel = false }},
		"NFS 4 alone": {map[string]string{"proc/filesystems": "nodev\tnfs4\n"}, func(*Host) {}},
		"no FUSE":     {map[string]string{"dev/fuse": ""}, func(h *Host) { h.FUSE = false }},
		"unlimited files": {map[string]string{"proc/self/limits": "Max open files            1024  unlimited  files\n"},
			func(h *Host) { h.OpenFilesHard = math.MaxUint64 }},
		"few watches": {map[string]string{"proc/sys/fs/inotify/max_user_watches": "8192\n"},
			func(h *Host) { h.InotifyWatches = 8192 }},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			want := full()
			c.want(&want)
			got, err := inspect(machine(c.with))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(got).To(Equal(want))
		})
	}
}

func TestInspectNamesWhatItCannotRead(t *testing.T) {
	for path, text := range map[string]string{
		"proc/self/status":                     "",
		"proc/self/limits":                     "Max open files  many  many  files\n",
		"proc/sys/fs/inotify/max_user_watches": "several\n",
		"proc/sys/kernel/cap_last_cap":         "-1\n",
	} {
		t.Run(path, func(t *testing.T) {
			_, err := inspect(machine(map[string]string{path: text}))
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring(path)))
		})
	}
}

func TestInspectHonoursCancellation(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Inspect(ctx)
	NewWithT(t).Expect(err).To(MatchError(context.Canceled))
}

func TestHostQuestions(t *testing.T) {
	g := NewWithT(t)
	g.Expect(full().CanRaiseLimits()).To(BeTrue())
	g.Expect(full().CanGrantAll()).To(BeTrue())
	g.Expect(Host{MissingCapabilities: []string{"CAP_SYS_RESOURCE"}}.CanRaiseLimits()).To(BeFalse())
	other := Host{MissingCapabilities: []string{"CAP_BPF"}}
	g.Expect(other.CanRaiseLimits()).To(BeTrue())
	g.Expect(other.CanGrantAll()).To(BeFalse())
	g.Expect(full().shortages()).To(BeEmpty())
	g.Expect(Host{InotifyInstances: 128, InotifyWatches: 524288}.shortages()).To(Equal(
		[]sysctl{{Name: "fs.inotify.max_user_instances", Old: 128, New: 512}}))
}

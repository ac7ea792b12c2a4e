package agent

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"csicert/framework/payload"
)

func TestSeekFindsNamesWhereVolumesStand(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	for _, folder := range []string{"a/volumes/v-1/data/v-2", "b/snapshots/s-1", "c/d/e/f/v-2", "elsewhere"} {
		g.Expect(os.MkdirAll(filepath.Join(dir, folder), 0o700)).To(Succeed())
	}
	g.Expect(os.Symlink(dir, filepath.Join(dir, "elsewhere", "loop"))).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(dir, "v-3"), nil, 0o600)).To(Succeed())
	seek := func(names ...string) []payload.Path {
		return asked(t, Seek{Under: []string{dir}, Names: names}).Below[0]
	}
	g.Expect(seek("v-1", "s-1", "v-3")).To(ConsistOf(payload.Path("a/volumes/v-1"), payload.Path("b/snapshots/s-1"), payload.Path("v-3")))
	g.Expect(seek("v-2")).To(BeEmpty(), "what is in a volume is its user's")
	g.Expect(seek("v")).To(BeEmpty())
}

// asked is the answer to the request as its command line has it.
func asked(t *testing.T, r Request) Remains {
	t.Helper()
	g := NewWithT(t)
	request, err := Parse(r.Args())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(request).To(Equal(r))
	var out bytes.Buffer
	g.Expect(request.run(t.Context(), nil, &out)).To(Succeed())
	found, err := Decode[Remains](&out)
	g.Expect(err).NotTo(HaveOccurred())
	return found
}

// table is what a node shows: a volume staged and published, a part of it in a pod, a bind mount, and others' mounts.
const table = `22 1 8:1 / / rw - ext4 /dev/sda1 rw
30 22 0:50 / /var/lib/kubelet/plugins/kubernetes.io/csi/d/0a1b/globalmount rw shared:1 - nfs4 filer:/export/v-1 rw
31 22 0:50 / /var/lib/kubelet/pods/u/volumes/kubernetes.io~csi/pvc-7/mount rw shared:1 - nfs4 filer:/export/v-1 rw
32 22 0:50 /part /var/lib/kubelet/pods/u/volume-subpaths/pvc-7/agent/0 rw shared:1 - nfs4 filer:/export/v-1 rw
33 22 8:1 /data/v-2 /var/lib/kubelet/pods/w/with\040space/mount rw shared:1 - ext4 /dev/sda1 rw
34 22 0:51 / /var/lib/kubelet/pods/x/volumes/kubernetes.io~csi/pvc-77/mount rw shared:1 - nfs4 filer:/export/v-11 rw
`

func TestSeekFindsMountsBeside(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	mounts := filepath.Join(t.TempDir(), "mountinfo")
	g.Expect(os.WriteFile(mounts, []byte(table), 0o600)).To(Succeed())
	g.Expect(os.Mkdir(filepath.Join(dir, "v-1"), 0o700)).To(Succeed())
	const kubelet = "/var/lib/kubelet/"
	for name, points := range map[string][]payload.Path{
		"0a1b":  {kubelet + "plugins/kubernetes.io/csi/d/0a1b/globalmount"},
		"pvc-7": {kubelet + "pods/u/volumes/kubernetes.io~csi/pvc-7/mount", kubelet + "pods/u/volume-subpaths/pvc-7/agent/0"},
		"v-1": {kubelet + "plugins/kubernetes.io/csi/d/0a1b/globalmount", kubelet + "pods/u/volumes/kubernetes.io~csi/pvc-7/mount",
			kubelet + "pods/u/volume-subpaths/pvc-7/agent/0"},
		"v-2": {kubelet + "pods/w/with space/mount"},
		"v":   {},
	} {
		g.Expect(asked(t, Seek{Mounts: mounts, Names: []string{name}}).Mounts).To(Equal(points), name)
	}
	both := asked(t, Seek{Under: []string{dir, dir}, Mounts: mounts, Names: []string{"v-1"}})
	g.Expect(both.Below).To(Equal([][]payload.Path{{"v-1"}, {"v-1"}}))
	g.Expect(both.Mounts).To(HaveLen(3))
	g.Expect(asked(t, Seek{Under: []string{dir}, Names: []string{"v-1"}}).Mounts).To(BeEmpty(), "nobody asked for mounts")
	g.Expect(Seek{Mounts: dir + "/none", Names: []string{"v-1"}}.run(t.Context(), nil, io.Discard)).NotTo(Succeed())
}

// The node's own table, as a keeper asks for it.
func TestSeekReadsTheKernelsTable(t *testing.T) {
	NewWithT(t).Expect(asked(t, Seek{Mounts: "/proc/self/mountinfo", Names: []string{"proc"}}).Mounts).To(ContainElement(payload.Path("/proc")))
}

func TestSurveyTellsWhatStandsThere(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	g.Expect(os.MkdirAll(filepath.Join(dir, "a/volumes/v-1/data/in-the-volume"), 0o700)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(dir, "state.json"), nil, 0o600)).To(Succeed())
	g.Expect(os.Symlink(dir, filepath.Join(dir, "loop"))).To(Succeed())
	g.Expect(asked(t, Survey{Under: []string{dir, dir + "/a/volumes"}}).Below).To(Equal([][]payload.Path{
		{"a", "a/volumes", "a/volumes/v-1", "a/volumes/v-1/data", "loop", "state.json"}, {"v-1", "v-1/data", "v-1/data/in-the-volume"}}))
	g.Expect(Survey{Under: []string{dir, dir + "/none"}}.run(t.Context(), nil, io.Discard)).NotTo(Succeed())
}

func TestSeekIsToldWhatItNeeds(t *testing.T) {
	for _, args := range [][]string{{"seek", "--", "name"}, {"seek", "-under=/x"}, {"seek", "-under=/x", "--", "../name"}, {"seek", "-under=/x", "--", ""},
		{"seek", "-under=", "--", "name"}, {"survey"}, {"survey", "-under="}, {"survey", "-under=/x", "name"}} {
		_, err := Parse(args)
		NewWithT(t).Expect(err).To(BeAssignableToTypeOf(UsageError{}), "%v", args)
	}
	request, err := Parse([]string{"seek", "-under=/there/is/none", "--", "name"})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	NewWithT(t).Expect(request.run(t.Context(), nil, &bytes.Buffer{})).NotTo(Succeed())
}

func TestWhatGoesMeanwhileIsNoError(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	for _, name := range []string{"a", "b", "c"} {
		g.Expect(os.MkdirAll(filepath.Join(dir, name, "inside"), 0o700)).To(Succeed())
	}
	var seen []string
	g.Expect(below(t.Context(), dir, func(path string, _ fs.DirEntry) error {
		seen = append(seen, path)
		if path == "a" {
			return os.RemoveAll(filepath.Join(dir, "b"))
		}
		return nil
	})).To(Succeed())
	g.Expect(seen).To(Equal([]string{".", "a", "a/inside", "b", "c", "c/inside"}))
	g.Expect(below(t.Context(), filepath.Join(dir, "b"), nil)).To(MatchError(fs.ErrNotExist), "the folder itself has to be there")
}

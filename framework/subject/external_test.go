package subject

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/gomega"

	"csicert/framework/document"
)

// theirs is a definition in Kubernetes' format.
const theirs = `StorageClass:
  FromExistingClassName: fast
SnapshotClass:
  FromName: true
DriverInfo:
  Name: disk.csi.example.com
  SupportedSizeRange: {Min: 4Gi}
  TopologyKeys: [topology.kubernetes.io/zone]
  Capabilities:
    topology: true
    snapshotDataSource: true
    controllerExpansion: true
    RWX: true
    persistence: true
Timeouts:
  claimprovision: 2m
  ClaimBound: 3m
`

func TestTheBundledDriverIsTheSameInBothFormats(t *testing.T) {
	g := gomega.NewWithT(t)
	folder := filepath.Join("..", "..", "driver", "deploy")
	own, err := Load(filepath.Join(folder, "csicert.yaml"))
	g.Expect(err).NotTo(gomega.HaveOccurred())
	read, err := Load(filepath.Join(folder, "external-e2e.yaml"))
	g.Expect(err).NotTo(gomega.HaveOccurred())
	for _, d := range []*Driver{own, read} {
		slices.Sort(d.Capabilities)
		d.file, d.places, d.external = "", nil, false
	}
	for _, r := range read.Remarks {
		g.Expect(r.Warning).To(gomega.BeFalse(), r.String())
	}
	read.Remarks = nil
	g.Expect(read).To(gomega.Equal(own))
}

func TestKubernetesFormatIsRead(t *testing.T) {
	g := gomega.NewWithT(t)
	d, err := Parse([]byte(theirs))
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(words(d.Capabilities)).To(gomega.ConsistOf("snapshots", "read-write-many", "topology", "expansion"))
	g.Expect(d.StorageClass).To(gomega.Equal(Class{FromCluster: "fast"}))
	g.Expect(d.SnapshotClass).To(gomega.Equal(&Class{}))
	g.Expect(d.VolumeSize).To(gomega.Equal("4Gi"))
	g.Expect(d.Budgets).To(gomega.Equal(map[string]string{"bind": "3m0s"}), "the longest, in any case")
	g.Expect(d.Wrong("storageClass.fromCluster", "x", "y").Error()).To(gomega.Equal("driver definition, line 2: StorageClass.FromExistingClassName: found x; accepted: y"))
	g.Expect(d.Wrong("topology.keys[0]", "x", "y").Error()).To(gomega.Equal("driver definition, line 8: DriverInfo.TopologyKeys[0]: found x; accepted: y"))
}

// Each case is the file with one thing wrong: the error names the key in the file's own words.
func TestWrongFilesOfKubernetesFormat(t *testing.T) {
	for name, c := range map[string]struct{ old, new, says string }{
		"no name":           {"  Name: disk.csi.example.com\n", "", "line 5: DriverInfo.Name: found nothing; accepted: the name of the driver's CSIDriver object"},
		"no class":          {"  FromExistingClassName: fast\n", "  FromName: false\n", "line 1: StorageClass: found nothing to make classes of; accepted: FromName: true"},
		"no keys":           {"  TopologyKeys: [topology.kubernetes.io/zone]\n", "", "line 9: DriverInfo.TopologyKeys: found nothing, although the capability topology is claimed"},
		"no snapshotclass":  {"  FromName: true\n", "  FromName: false\n", "line 3: SnapshotClass: found nothing, although the capability snapshots is claimed; accepted: FromName: true"},
		"a wrong type":      {"topology: true", "topology: certainly", "line 10: DriverInfo.Capabilities.topology: found the text \"certainly\"; accepted: true or false"},
		"no size":           {"Min: 4Gi", "Min: some", "line 7: DriverInfo.SupportedSizeRange.Min: found \"some\"; accepted: a quantity such as 1Gi"},
		"no range":          {"Min: 4Gi", "Min: 4Gi, Max: 500Mi", "line 7: DriverInfo.SupportedSizeRange.Max: found \"500Mi\"; accepted: a quantity of at least Min"},
		"no time":           {"ClaimBound: 3m", "ClaimBound: soon", "line 17: Timeouts.ClaimBound: found \"soon\"; accepted: a time above zero"},
		"a file too few":    {"FromExistingClassName: fast", "FromFile: none.yaml", "line 2: StorageClass.FromFile: found none.yaml, and no such file or directory"},
		"our section":       {"Timeouts:\n", "csicert: {namespcae: a}\nTimeouts:\n", "line 15: csicert.namespcae: found an unknown key (did you mean namespace?)"},
		"a claim of ours":   {"Timeouts:\n", "csicert: {capabilities: [ownershp]}\nTimeouts:\n", "csicert.capabilities: found \"ownershp\" (did you mean ownership?)"},
		"partly nowhere":    {"Timeouts:\n", "csicert: {partial: {parameters: {a: b}}}\nTimeouts:\n", "line 15: csicert.partial.segments: found nothing"},
		"a part of nothing": {"topology: true", "topology: false", "csicert.partial: found a class, although the capability topology is not claimed"},
		"allowed nowhere":   {"topology: true", "topology: false", "csicert.alsoAllowed: found [\"rack\"], although the capability topology is not claimed"},
	} {
		t.Run(name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			g.Expect(theirs).To(gomega.ContainSubstring(c.old))
			text := theirs
			switch name {
			case "allowed nowhere":
				text += "csicert: {alsoAllowed: [rack]}\n"
			case "a part of nothing":
				text += "csicert: {partial: {segments: [zone-b], parameters: {pool: ssd}}}\n"
			}
			_, err := Parse([]byte(strings.Replace(text, c.old, c.new, 1)))
			g.Expect(err).To(gomega.MatchError(gomega.ContainSubstring(c.says)))
			var wrong Invalid
			g.Expect(errors.As(err, &wrong)).To(gomega.BeTrue())
		})
	}
}

func TestClassesAreReadFromFiles(t *testing.T) {
	g := gomega.NewWithT(t)
	dir := t.TempDir()
	load := func(class string) (*Driver, error) {
		g.Expect(os.WriteFile(filepath.Join(dir, "class.yaml"), []byte(class), 0o600)).To(gomega.Succeed())
		file := filepath.Join(dir, "driver.yaml")
		text := strings.Replace(theirs, "FromExistingClassName: fast", "FromFile: class.yaml", 1)
		g.Expect(os.WriteFile(file, []byte(strings.Replace(text, "  TopologyKeys", "  RequiredMountOption: {nodev: {}}\n  TopologyKeys", 1)), 0o600)).To(gomega.Succeed())
		return Load(file)
	}
	d, err := load("kind: StorageClass\nprovisioner: disk.csi.example.com\nparameters: {tier: hot}\nmountOptions: [noatime]\n")
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(d.StorageClass).To(gomega.Equal(Class{Parameters: map[string]string{"tier": "hot"}, MountOptions: []string{"noatime", "nodev"}}))
	for class, says := range map[string]string{
		"kind: StorageClass\nprovisioner: other\n": `a class of "other"; accepted: a class of disk.csi.example.com`,
		"kind: Pod\n": `class.yaml, with kind "Pod"; accepted: a file with one StorageClass`,
		"kind: [":     "which is no YAML",
	} {
		_, err := load(class)
		g.Expect(err).To(gomega.MatchError(gomega.ContainSubstring(says)))
	}
}

func TestWhatIsNotTakenIsTold(t *testing.T) {
	g := gomega.NewWithT(t)
	d, err := Parse([]byte(strings.NewReplacer("    RWX: true", "    RXW: true\n    onlineExpansion: false\n    exec: true", "ClaimBound", "PVReclaim", "claimprovision", "ClaimProvison", "  Name:", "  name: x\n  Name:").Replace(theirs) + "ShortName: disk\nInlineVolumes: [{}]\n"))
	g.Expect(err).NotTo(gomega.HaveOccurred())
	var told []string
	for _, r := range d.Remarks {
		told = append(told, r.String())
	}
	for _, says := range []string{
		"warning: line 6: DriverInfo.name: an unknown key (did you mean Name?)",
		"warning: line 14: DriverInfo.Capabilities.RXW: an unknown capability (did you mean RWX?)",
		"note: line 16: DriverInfo.Capabilities.exec: has no counterpart: no requirement is about it",
		"warning: line 19: Timeouts.ClaimProvison: an unknown time (did you mean ClaimProvision?)",
		"note: line 20: Timeouts.PVReclaim: has no counterpart",
		"warning: line 21: ShortName: an unknown key",
		"note: line 22: InlineVolumes: has no counterpart",
		"controllerExpansion: not claimed, for onlineExpansion is false",
	} {
		g.Expect(told).To(gomega.ContainElement(gomega.ContainSubstring(says)))
	}
	g.Expect(words(d.Capabilities)).NotTo(gomega.ContainElement("expansion"))
}

func TestEveryKeyOfKubernetesFormatHasAWord(t *testing.T) {
	g := gomega.NewWithT(t)
	var told []string
	for _, c := range Counterparts() {
		told = append(told, c.Key)
		g.Expect(c.Becomes+c.Note).NotTo(gomega.BeEmpty(), c.Key)
	}
	for _, f := range document.Fields(reflect.TypeFor[external]()) {
		g.Expect(told).To(gomega.ContainElement(gomega.HavePrefix(f.Name)))
	}
	for _, f := range document.Fields(reflect.TypeFor[externalInfo]()) {
		g.Expect(told).To(gomega.ContainElement(gomega.HavePrefix("DriverInfo." + f.Name)))
	}
}

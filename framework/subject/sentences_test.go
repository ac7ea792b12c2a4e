package subject

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onsi/gomega"
)

// What a person reads of each bad file: file, line, key, found, accepted.
func TestSentencesOfBadFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "driver.yaml")
	for name, c := range map[string]struct{ raw, says string }{
		"a misspelt capability": {strings.Replace(whole, "topology]", "topolgy]", 1),
			`, line 7: capabilities[1]: found "topolgy" (did you mean topology?); accepted: topology, snapshots, restore-elsewhere, clones, expansion, read-write-many, read-write-once-pod, ownership, fs-group`},
		"a duplicate key":       {whole + "name: twice\n", ", line 10: name: found the key a second time, after line 3; accepted: each key once"},
		"a wrong type":          {whole + "volumeSize: 3\n", ", line 10: volumeSize: found the number 3; accepted: a text"},
		"an unknown apiVersion": {strings.Replace(whole, "csicert/v1", "csicert/v2", 1), `, line 1: apiVersion: found "csicert/v2"; accepted: csicert/v1`},
		"no snapshot class": {strings.Replace(whole, "snapshotClass: {parameters: {tier: cold}}\n", "", 1),
			", line 6: snapshotClass: found nothing, although the capability snapshots is claimed; accepted: fromCluster: the name of a snapshot class, or parameters"},
		"topology with no keys": {strings.Replace(whole, "[topology.kubernetes.io/zone]", "[]", 1),
			", line 6: topology.keys: found nothing, although the capability topology is claimed; accepted: the node labels that the driver's volumes are bound to"},
		"an empty file": {"", ", line 1: file: found an empty file; accepted: one YAML document with keys"},
		"a binary file": {"\x7fELF\x00", ", line 1: file: found a binary file; accepted: one YAML document with keys, in UTF-8"},
		"10 MiB":        {strings.Repeat("a", 10<<20), ": file: found more than 1 MiB; accepted: a YAML document of at most 1 MiB"},
		"another kind of file": {"nmae: x\n", ", line 1: nmae: found an unknown key (did you mean name?); accepted: apiVersion, kind, name, namespace, install, storageClass, snapshotClass, bindingModes, topology, capabilities, storage, controller, volumeSize, budgets\n" +
			"driver definition FILE, line 1: apiVersion: found nothing; accepted: csicert/v1 (with kind: Driver), or the keys DriverInfo, StorageClass of Kubernetes' external test driver"},
	} {
		t.Run(name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			g.Expect(os.WriteFile(file, []byte(c.raw), 0o600)).To(gomega.Succeed())
			_, err := Load(file)
			g.Expect(err).To(gomega.HaveOccurred())
			g.Expect(err.Error()).To(gomega.HavePrefix("driver definition " + file + c.says[:2]))
			says := strings.ReplaceAll("driver definition FILE"+c.says, "FILE", file)
			g.Expect(strings.Split(err.Error(), "\n")).To(gomega.Equal(strings.Split(says, "\n")))
		})
	}
}

// An error that a cluster shows says where its key stands in the file.
func TestErrorsOfTheClusterHaveAPlace(t *testing.T) {
	g := gomega.NewWithT(t)
	file := filepath.Join(t.TempDir(), "driver.yaml")
	g.Expect(os.WriteFile(file, []byte(whole), 0o600)).To(gomega.Succeed())
	d, err := Load(file)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(d.Wrong("storageClass.fromCluster", "fast, which is not in the cluster", "a class").Error()).
		To(gomega.Equal("driver definition " + file + ", line 4: storageClass.fromCluster: found fast, which is not in the cluster; accepted: a class"))
	g.Expect(d.Wrong("topology.keys[0]", "x", "y").Line).To(gomega.Equal(6))
	g.Expect((&Driver{}).Wrong("name", "x", "y").Error()).To(gomega.Equal("driver definition: name: found x; accepted: y"))
}

package deploy

import (
	"slices"
	"testing"

	"sigs.k8s.io/yaml"
)

// told has the keys of the suite's driver definition that the driver uses. The suite ignores others, so that a slip of
// the pen would be a claim that nobody judges.
type told struct {
	StorageClass, SnapshotClass struct{ FromExistingClassName string }
	DriverInfo                  struct {
		Name                                  string
		MaxFileSize                           int64
		SupportedSizeRange                    struct{ Min, Max string }
		SupportedFsType, SupportedMountOption map[string]struct{}
		TopologyKeys                          []string
		Capabilities                          map[string]bool
		StressTestOptions                     struct{ NumPods, NumRestarts int }
		VolumeSnapshotStressTestOptions       struct{ NumPods, NumSnapshots int }
	}
	Csicert map[string]any `json:"csicert"` // csicert's own section; framework/run holds it to csicert.yaml
}

// capabilities are all that the suite knows, k8s.io/kubernetes/test/e2e/storage/framework/testdriver.go, with what it
// means for csicert.yaml; none: csicert has no word for it.
var capabilities = map[string]string{
	"persistence": "", "exec": "", "multipods": "", "multiplePVsSameID": "", "capReadOnlyMany": "", "nodeExpansion": "",
	"block": "block", "fsGroup": "fs-group", "RWX": "read-write-many", "readWriteOncePod": "read-write-once-pod",
	"snapshotDataSource": "snapshots", "pvcDataSource": "clones", "topology": "topology",
	"controllerExpansion": "expansion", "onlineExpansion": "expansion", "offlineExpansion": "expansion",
	"capacity": "", "volumeLimits": "", "singleNodeVolume": "", "volumeMountGroup": "", "seLinuxMount": "", "groupSnapshot": "",
	"snapshotMetadata": "", "FSResizeFromSourceNotSupported": "",
}

func TestTheStorageSuiteIsToldWhatCsicertIsTold(t *testing.T) {
	var suite told
	if err := yaml.UnmarshalStrict(External(), &suite); err != nil {
		t.Fatal(err)
	}
	var ours struct {
		Name         string
		StorageClass struct{ FromCluster string }
		Topology     struct{ Keys []string }
		Capabilities []string
	}
	if err := yaml.Unmarshal(Definition(), &ours); err != nil {
		t.Fatal(err)
	}
	info := suite.DriverInfo
	if info.Name != ours.Name || suite.StorageClass.FromExistingClassName != ours.StorageClass.FromCluster || !slices.Equal(info.TopologyKeys, ours.Topology.Keys) {
		t.Errorf("the suite is told %q, %q, %v; csicert %q, %q, %v", info.Name, suite.StorageClass.FromExistingClassName, info.TopologyKeys,
			ours.Name, ours.StorageClass.FromCluster, ours.Topology.Keys)
	}
	for name := range info.Capabilities {
		if _, known := capabilities[name]; !known {
			t.Errorf("capability %q is none of the suite's", name)
		}
	}
	for name, word := range capabilities {
		claimed, said := info.Capabilities[name]
		if !said {
			t.Errorf("capability %q: nothing is said of it", name)
		}
		if word != "" && claimed != slices.Contains(ours.Capabilities, word) {
			t.Errorf("the suite is told %s: %t, and csicert's definition has not the same of %q", name, claimed, word)
		}
	}
}

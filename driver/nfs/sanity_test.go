package nfs_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/kubernetes-csi/csi-test/v5/pkg/sanity"
	"github.com/onsi/ginkgo/v2"
	ginkgotypes "github.com/onsi/ginkgo/v2/types"

	"csicert/driver/filer"
	"csicert/driver/mount/ganeshatest"
	"csicert/driver/nfs"
)

// TestSanity is csi-sanity over a real socket, a real server and real mounts.
func TestSanity(t *testing.T) {
	disk := newStore(t, 1<<42)
	server, port, mountPort := ganeshatest.Start(t, disk.Export())
	zones := []nfs.Zone{{Name: zone, API: "https://unused", Server: server, Port: port, MountPort: mountPort, Export: disk.Export()}}
	log := slog.New(slog.DiscardHandler)
	endpoint := serve(t, nfs.Services{
		Identity:   nfs.NewIdentity(nfs.DriverName, "test", nil),
		Controller: nfs.NewController(nfs.ControllerOptions{Filers: map[string]filer.Filer{zone: disk}, Exports: map[string]string{zone: disk.Export()}, Log: log}),
		Node:       nfs.NewNode(nfs.NodeOptions{ID: "node-1", Segments: map[string]string{nfs.ZoneKey: zone}, Zones: zones, Mounter: newMounter(t), Log: log}),
	}, log)
	folder := t.TempDir()
	config := sanity.NewTestConfig()
	config.Address = endpoint
	config.TargetPath, config.StagingPath = filepath.Join(folder, "target"), filepath.Join(folder, "staging")
	config.TestVolumeSize = 1 << 30
	config.IdempotentCount = 2
	config.RemoveTargetPath = removeIfThere
	config.RemoveStagingPath = removeIfThere
	sanity.Test(t, config)
}

func removeIfThere(path string) error {
	if err := os.Remove(path); !os.IsNotExist(err) {
		return err
	}
	return nil
}

// unclaimed are the reasons of csi-sanity for leaving a check out that are true of this driver. Any other one, and a
// check that is pending besides csi-sanity's own, is a failure: what is claimed is checked.
var unclaimed = []string{
	"Controller Publish, UnpublishVolume not supported", "ControllerPublishVolume not supported", "ControllerUnpublishVolume not supported",
	"ControllerGetVolumeHealth not supported", "ControllerListVolumeHealth not supported", "NodeGetVolumeHealth not supported", "NodeGetStorageHealth not supported",
	"ControllerModifyVolume not supported", "Modify Volume not supported", "Modify volume not supported",
	"GroupControllerService not supported", "VolumeGroupSnapshots not supported",
	"NodeExpandVolume not supported", "SNAPSHOT_ACCESSIBILITY_CONSTRAINTS not supported",
}

// fewest checks of csi-sanity v5.6 that this driver's claims call for.
const fewest = 67

var _ = ginkgo.ReportAfterSuite("what was left out", func(r ginkgo.Report) {
	passed, pending := 0, 0
	for _, s := range r.SpecReports {
		switch {
		case s.State == ginkgotypes.SpecStatePassed && s.LeafNodeType == ginkgotypes.NodeTypeIt:
			passed++
		case s.State == ginkgotypes.SpecStatePending:
			pending++
		case s.State == ginkgotypes.SpecStateSkipped && !slices.Contains(unclaimed, s.Failure.Message):
			ginkgo.Fail("left out: " + s.FullText() + ": " + s.Failure.Message)
		}
	}
	if passed < fewest || pending > 1 {
		ginkgo.Fail(fmt.Sprintf("%d checks passed, %d are pending; expected at least %d, and one that is pending in csi-sanity itself", passed, pending, fewest))
	}
})

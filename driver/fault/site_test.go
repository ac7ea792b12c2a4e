package fault

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"

	"csicert/driver/filer"
	"csicert/driver/filer/store"
	"csicert/driver/nfs"
)

const gib = 1 << 30

// site is the driver's controller with its faults, over real stores in two zones, and a class that asks for a fault.
type site struct {
	*testing.T
	csi.ControllerServer
	stores  map[string]*store.Store
	class   map[string]string           // parameters
	process func() csi.ControllerServer // the controller as it is when it was just started
	silence func(zone string)           // has the zone's filer say nothing of its volumes to processes that start later
}

// restarted is the site after its controller was killed and started again: the stores have what they had.
func (s site) restarted() site {
	s.ControllerServer = s.process()
	return s
}

// still has no clients that could be held.
type still struct{}

func (still) Freeze(context.Context) (func() error, error) {
	return func() error { return nil }, nil
}

func newSite(t *testing.T, fault string) site {
	t.Helper()
	s := site{T: t, stores: map[string]*store.Store{}, class: map[string]string{}}
	if fault != "" {
		s.class[Parameter] = fault
	}
	filers, exports := map[string]filer.Filer{}, map[string]string{}
	s.silence = func(zone string) { filers[zone] = silent{filers[zone]} }
	for _, zone := range []string{"a", "b"} {
		one, err := store.Open(store.Options{Dir: t.TempDir(), Capacity: 100 * gib, Freezer: still{}, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
		s.must(err)
		s.stores[zone], filers[zone], exports[zone] = one, one, one.Export()
	}
	s.process = func() csi.ControllerServer {
		return NewController(func(filers map[string]filer.Filer) csi.ControllerServer {
			return nfs.NewController(nfs.ControllerOptions{Filers: filers, Exports: exports, Log: slog.New(slog.DiscardHandler)})
		}, filers)
	}
	return s.restarted()
}

func (s site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// request asks for a volume in zone a.
func (s site) request(name string, source *csi.VolumeContentSource) *csi.CreateVolumeRequest {
	here := []*csi.Topology{{Segments: map[string]string{nfs.ZoneKey: "a"}}}
	return &csi.CreateVolumeRequest{Name: name, Parameters: s.class, VolumeContentSource: source, CapacityRange: &csi.CapacityRange{RequiredBytes: gib},
		AccessibilityRequirements: &csi.TopologyRequirement{Requisite: here, Preferred: here},
		VolumeCapabilities: []*csi.VolumeCapability{{AccessType: &csi.VolumeCapability_Mount{Mount: &csi.VolumeCapability_MountVolume{}},
			AccessMode: &csi.VolumeCapability_AccessMode{Mode: csi.VolumeCapability_AccessMode_MULTI_NODE_MULTI_WRITER}}}}
}

// askMisspelt asks for one volume, the same each time, with a mount option that does not exist.
func (s site) askMisspelt() error {
	req := s.request("one", nil)
	req.GetVolumeCapabilities()[0].GetMount().MountFlags = []string{"no-such-option"}
	_, err := s.CreateVolume(s.Context(), req)
	return err
}

func (s site) volume(name string, source *csi.VolumeContentSource) *csi.Volume {
	s.Helper()
	answer, err := s.CreateVolume(s.Context(), s.request(name, source))
	s.must(err)
	return answer.GetVolume()
}

func (s site) cut(name string, of *csi.Volume) *csi.Snapshot {
	s.Helper()
	answer, err := s.CreateSnapshot(s.Context(), &csi.CreateSnapshotRequest{Name: name, SourceVolumeId: of.GetVolumeId(), Parameters: s.class})
	s.must(err)
	return answer.GetSnapshot()
}

// restored is a new volume from a snapshot.
func (s site) restored(name string, from *csi.Snapshot) *csi.Volume {
	s.Helper()
	return s.volume(name, fromSnapshot(from.GetSnapshotId()))
}

func (s site) drop(v *csi.Volume) {
	s.Helper()
	_, err := s.DeleteVolume(s.Context(), &csi.DeleteVolumeRequest{VolumeId: v.GetVolumeId()})
	s.must(err)
}

func (s site) dropSnapshot(shot *csi.Snapshot) {
	s.Helper()
	_, err := s.DeleteSnapshot(s.Context(), &csi.DeleteSnapshotRequest{SnapshotId: shot.GetSnapshotId()})
	s.must(err)
}

func (s site) path(v *csi.Volume, name string) string {
	zone, id := zoneOf(v.GetVolumeId()), v.GetVolumeId()[strings.LastIndexByte(v.GetVolumeId(), '.')+1:]
	return filepath.Join(s.stores[zone].Export(), id, "data", name)
}

func (s site) write(v *csi.Volume, name, text string) {
	s.Helper()
	s.must(os.WriteFile(s.path(v, name), []byte(text), 0o600))
}

// has tells whether the volume has the file with the text.
func (s site) has(v *csi.Volume, name, text string) bool {
	got, err := os.ReadFile(s.path(v, name))
	return err == nil && string(got) == text
}

func (s site) there(v *csi.Volume, name string) bool {
	_, err := os.Lstat(s.path(v, name))
	return err == nil
}

func (s site) stat(v *csi.Volume, name string) unix.Stat_t {
	s.Helper()
	var stat unix.Stat_t
	s.must(unix.Lstat(s.path(v, name), &stat))
	return stat
}

// all lists the driver's volumes by ID.
func (s site) all() map[string]bool {
	s.Helper()
	answer, err := s.ListVolumes(s.Context(), &csi.ListVolumesRequest{})
	s.must(err)
	ids := map[string]bool{}
	for _, e := range answer.GetEntries() {
		ids[e.GetVolume().GetVolumeId()] = true
	}
	return ids
}

// found tells whether the controller finds the snapshot by its ID, and that among the snapshots of its volume.
func (s site) found(shot *csi.Snapshot) (byID, bySource bool) {
	s.Helper()
	for _, req := range []*csi.ListSnapshotsRequest{{SnapshotId: shot.GetSnapshotId()}, {SourceVolumeId: shot.GetSourceVolumeId()}} {
		answer, err := s.ListSnapshots(s.Context(), req)
		s.must(err)
		for _, e := range answer.GetEntries() {
			if is := e.GetSnapshot().GetSnapshotId() == shot.GetSnapshotId(); is && req.GetSnapshotId() != "" {
				byID = true
			} else if is {
				bySource = true
			}
		}
	}
	return byID, bySource
}

package nfs_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"csicert/driver/filer"
	"csicert/driver/filer/store"
	"csicert/driver/nfs"
)

const gib = 1 << 30

// site is a controller over real stores.
type site struct {
	csi.ControllerServer
	stores map[string]*store.Store
}

func newSite(t *testing.T, capacity int64, zones ...string) site {
	t.Helper()
	s := site{stores: map[string]*store.Store{}}
	filers, exports := map[string]filer.Filer{}, map[string]string{}
	for _, z := range zones {
		s.stores[z] = newStore(t, capacity)
		filers[z], exports[z] = s.stores[z], s.stores[z].Export()
	}
	s.ControllerServer = nfs.NewController(nfs.ControllerOptions{Filers: filers, Exports: exports, Log: slog.New(slog.DiscardHandler)})
	return s
}

// newSiteOver is a site of one zone whose store is there already.
func newSiteOver(t *testing.T, disk *store.Store) site {
	t.Helper()
	return site{stores: map[string]*store.Store{zone: disk}, ControllerServer: nfs.NewController(nfs.ControllerOptions{
		Filers: map[string]filer.Filer{zone: disk}, Exports: map[string]string{zone: disk.Export()}, Log: slog.New(slog.DiscardHandler)})}
}

func request(name string, zones ...string) *csi.CreateVolumeRequest {
	req := &csi.CreateVolumeRequest{Name: name, CapacityRange: &csi.CapacityRange{RequiredBytes: gib}, VolumeCapabilities: []*csi.VolumeCapability{{
		AccessType: &csi.VolumeCapability_Mount{Mount: &csi.VolumeCapability_MountVolume{}},
		AccessMode: &csi.VolumeCapability_AccessMode{Mode: csi.VolumeCapability_AccessMode_MULTI_NODE_MULTI_WRITER}}}}
	if len(zones) > 0 {
		req.AccessibilityRequirements = &csi.TopologyRequirement{}
	}
	for _, z := range zones {
		segment := &csi.Topology{Segments: map[string]string{nfs.ZoneKey: z, "rack": "any"}}
		req.AccessibilityRequirements.Requisite = append(req.AccessibilityRequirements.Requisite, segment)
		req.AccessibilityRequirements.Preferred = append(req.AccessibilityRequirements.Preferred, segment)
	}
	return req
}

func (s site) create(t *testing.T, req *csi.CreateVolumeRequest) *csi.Volume {
	t.Helper()
	answer, err := s.CreateVolume(t.Context(), req)
	must(t, err)
	return answer.GetVolume()
}

func wantCode(t *testing.T, err error, code codes.Code, words ...string) {
	t.Helper()
	if status.Code(err) != code {
		t.Errorf("got %v; want code %s", err, code)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

func zoneOf(t *testing.T, v *csi.Volume) string {
	t.Helper()
	z := v.GetAccessibleTopology()[0].GetSegments()[nfs.ZoneKey]
	if !strings.HasPrefix(v.GetVolumeId(), z+".v-") {
		t.Errorf("volume %s says that it is in %s", v.GetVolumeId(), z)
	}
	return z
}

func TestPreferredZoneIsTakenAndAFullOneLeft(t *testing.T) {
	s := newSite(t, gib, "a", "b", "c")
	for i, want := range []string{"b", "c", "a"} { // each holds one volume
		if got := zoneOf(t, s.create(t, request(fmt.Sprint("v", i), "b", "c", "a"))); got != want {
			t.Errorf("volume %d is in zone %s; want %s", i, got, want)
		}
	}
	_, err := s.CreateVolume(t.Context(), request("v3", "b", "c", "a"))
	wantCode(t, err, codes.ResourceExhausted, "zone a", "zone b", "zone c")
	for z, disk := range s.stores {
		all, err := disk.Volumes(t.Context())
		must(t, err)
		if len(all) != 1 {
			t.Errorf("zone %s has %d volumes: what did not fit left something", z, len(all))
		}
	}
}

func TestPreferredBeyondRequisiteIsNotTaken(t *testing.T) {
	s := newSite(t, 4*gib, "a", "b")
	req := request("v", "a")
	req.AccessibilityRequirements.Preferred = []*csi.Topology{{Segments: map[string]string{nfs.ZoneKey: "b"}}}
	if got := zoneOf(t, s.create(t, req)); got != "a" {
		t.Errorf("the volume is in zone %s, which is not requisite", got)
	}
	_, err := s.CreateVolume(t.Context(), request("w", "d"))
	wantCode(t, err, codes.ResourceExhausted, "requisite")
}

func TestAClassHasItsFilersInSomeZones(t *testing.T) {
	s := newSite(t, 4*gib, "a", "b", "c")
	within := func(zones string, asked ...string) *csi.CreateVolumeRequest {
		req := request("v", asked...)
		req.Parameters = map[string]string{"zones": zones}
		return req
	}
	_, err := s.CreateVolume(t.Context(), within("b, c", "a"))
	wantCode(t, err, codes.ResourceExhausted, "requisite", `["b" "c"]`)
	for _, asked := range [][]string{nil, {"c"}, {"a", "c"}} {
		v := s.create(t, within("c", asked...))
		if got := zoneOf(t, v); got != "c" {
			t.Errorf("asked for %v the volume is in zone %s, where the class has no filer", asked, got)
		}
	}
	_, err = s.CreateVolume(t.Context(), within("b"))
	wantCode(t, err, codes.AlreadyExists, "zone c")
	for _, none := range []string{"", "b,d", "b;c"} {
		_, err := s.CreateVolume(t.Context(), within(none))
		wantCode(t, err, codes.InvalidArgument, "parameters.zones", "a, b, c")
	}
	for zones, want := range map[string]int64{"b": 4 * gib, "b,c": 7 * gib, "c, c": 3 * gib} {
		room, err := s.GetCapacity(t.Context(), &csi.GetCapacityRequest{Parameters: map[string]string{"zones": zones}})
		must(t, err)
		if room.GetAvailableCapacity() != want {
			t.Errorf("zones %s have room for %d bytes; want %d", zones, room.GetAvailableCapacity(), want)
		}
	}
	room, err := s.GetCapacity(t.Context(), &csi.GetCapacityRequest{Parameters: map[string]string{"zones": "b"},
		AccessibleTopology: &csi.Topology{Segments: map[string]string{nfs.ZoneKey: "c"}}})
	must(t, err)
	if room.GetAvailableCapacity() != 0 {
		t.Errorf("where the class has no filer it has room for %d bytes", room.GetAvailableCapacity())
	}
}

func TestARepeatedNameIsFoundWhereverItIs(t *testing.T) {
	s := newSite(t, 4*gib, "a", "b", "c")
	first := s.create(t, request("v", "b"))
	if again := s.create(t, request("v", "c", "b", "a")); again.GetVolumeId() != first.GetVolumeId() {
		t.Errorf("%s was made beside %s", again.GetVolumeId(), first.GetVolumeId())
	}
	_, err := s.CreateVolume(t.Context(), request("v", "a"))
	wantCode(t, err, codes.AlreadyExists, "zone b")
	larger := request("v", "b")
	larger.CapacityRange.RequiredBytes = 2 * gib
	_, err = s.CreateVolume(t.Context(), larger)
	wantCode(t, err, codes.AlreadyExists)
}

func TestUnknownParametersAreRefusedByName(t *testing.T) {
	s := newSite(t, 4*gib, "a")
	req := request("v")
	req.Parameters = map[string]string{"csi.storage.k8s.io/pvc/name": "x", "tpye": "fast"}
	_, err := s.CreateVolume(t.Context(), req)
	wantCode(t, err, codes.InvalidArgument, "tpye")
	delete(req.Parameters, "tpye")
	req.VolumeCapabilities[0].AccessType = &csi.VolumeCapability_Block{Block: &csi.VolumeCapability_BlockVolume{}}
	_, err = s.CreateVolume(t.Context(), req)
	wantCode(t, err, codes.InvalidArgument, "block")
}

func TestHostileIDsAreNotHere(t *testing.T) {
	s := newSite(t, 4*gib, "a")
	hex := strings.Repeat("0", 32)
	for _, id := range []string{"a.v-../../etc", "../a.v-" + hex, "a.v-" + hex + "/x", ".v-" + hex, "a.s-" + hex, "b.v-" + hex, "a.v-" + strings.Repeat("0", 4096), "\x00"} {
		if _, err := s.DeleteVolume(t.Context(), &csi.DeleteVolumeRequest{VolumeId: id}); err != nil {
			t.Errorf("deleting %q, which cannot be here: %v", id, err)
		}
		_, err := s.CreateSnapshot(t.Context(), &csi.CreateSnapshotRequest{Name: "s", SourceVolumeId: id})
		wantCode(t, err, codes.NotFound)
	}
}

func TestRestoreAcrossZonesIsExact(t *testing.T) {
	s := newSite(t, 8*gib, "a", "b")
	source := s.create(t, request("source", "a"))
	id := strings.TrimPrefix(source.GetVolumeId(), "a.")
	in := func(z, id, name string) string { return filepath.Join(s.stores[z].Export(), id, "data", name) }
	must(t, os.WriteFile(in("a", id, "file"), []byte("at the cut"), 0o640))
	must(t, os.Symlink("file", in("a", id, "link")))
	cut, err := s.CreateSnapshot(t.Context(), &csi.CreateSnapshotRequest{Name: "s", SourceVolumeId: source.GetVolumeId()})
	must(t, err)
	must(t, os.WriteFile(in("a", id, "file"), []byte("after it"), 0o640))
	for _, z := range []string{"a", "b"} {
		req := request("restore-"+z, z)
		req.VolumeContentSource = &csi.VolumeContentSource{Type: &csi.VolumeContentSource_Snapshot{
			Snapshot: &csi.VolumeContentSource_SnapshotSource{SnapshotId: cut.GetSnapshot().GetSnapshotId()}}}
		v := s.create(t, req)
		if v.GetContentSource().GetSnapshot().GetSnapshotId() != cut.GetSnapshot().GetSnapshotId() {
			t.Errorf("zone %s: the answer does not name its source", z)
		}
		restored := strings.TrimPrefix(v.GetVolumeId(), z+".")
		got, err := os.ReadFile(in(z, restored, "link"))
		must(t, err)
		if string(got) != "at the cut" {
			t.Errorf("zone %s restored %q", z, got)
		}
		info, err := os.Stat(in(z, restored, "file"))
		must(t, err)
		if info.Mode().Perm() != 0o640 {
			t.Errorf("zone %s restored mode %v", z, info.Mode())
		}
	}
}

func TestASnapshotsNameBelongsToOneSource(t *testing.T) {
	s := newSite(t, 8*gib, "a", "b")
	one, other, far := s.create(t, request("one", "a")), s.create(t, request("other", "a")), s.create(t, request("far", "b"))
	cut, err := s.CreateSnapshot(t.Context(), &csi.CreateSnapshotRequest{Name: "s", SourceVolumeId: one.GetVolumeId()})
	must(t, err)
	again, err := s.CreateSnapshot(t.Context(), &csi.CreateSnapshotRequest{Name: "s", SourceVolumeId: one.GetVolumeId()})
	must(t, err)
	if again.GetSnapshot().GetSnapshotId() != cut.GetSnapshot().GetSnapshotId() {
		t.Error("a repeated call cut another snapshot")
	}
	for _, v := range []*csi.Volume{other, far} {
		_, err := s.CreateSnapshot(t.Context(), &csi.CreateSnapshotRequest{Name: "s", SourceVolumeId: v.GetVolumeId()})
		wantCode(t, err, codes.AlreadyExists)
	}
}

func TestSecretsStayOutOfTheLog(t *testing.T) {
	var log bytes.Buffer
	s := newSite(t, 8*gib, "a")
	endpoint := serve(t, nfs.Services{Identity: nfs.NewIdentity("d", "v", nil), Controller: s}, slog.New(slog.NewJSONHandler(&log, nil)))
	connection, err := grpc.NewClient(endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(t, err)
	req := request("a-name-to-be-seen")
	req.Secrets = map[string]string{"password": "hush-hush"}
	_, err = csi.NewControllerClient(connection).CreateVolume(t.Context(), req)
	must(t, err)
	must(t, connection.Close())
	if !strings.Contains(log.String(), "a-name-to-be-seen") || strings.Contains(log.String(), "hush-hush") {
		t.Errorf("the log says: %s", log.String())
	}
}

package variation

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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

// brisk is a pace for tests: long enough to be told from none, on a busy machine, too.
var brisk = pace{call: 250 * time.Millisecond, ready: 1500 * time.Millisecond, progress: 300 * time.Millisecond}

// site is the driver over real stores, served as it is deployed, with the variations between; its class asks for one.
type site struct {
	*testing.T
	csi.ControllerClient
	node   csi.NodeClient
	stores map[string]*store.Store
	class  map[string]string // parameters
}

// still has no clients that could be held.
type still struct{}

func (still) Freeze(context.Context) (func() error, error) {
	return func() error { return nil }, nil
}

// mounting is a node that mounts nothing.
type mounting struct{ csi.UnimplementedNodeServer }

func (mounting) NodePublishVolume(_ context.Context, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	if _, told := req.GetVolumeContext()[Parameter]; told {
		return nil, status.Error(codes.InvalidArgument, "what the node itself does not know was handed on")
	}
	return &csi.NodePublishVolumeResponse{}, nil
}

func (mounting) NodeUnpublishVolume(context.Context, *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	return &csi.NodeUnpublishVolumeResponse{}, nil
}

func newSite(t *testing.T, variation string) site {
	t.Helper()
	s := site{T: t, stores: map[string]*store.Store{}, class: map[string]string{}}
	if variation != "" {
		s.class[Parameter] = variation
	}
	log := slog.New(slog.DiscardHandler)
	filers, exports := map[string]filer.Filer{}, map[string]string{}
	for _, zone := range []string{"a", "b"} {
		one, err := store.Open(store.Options{Dir: t.TempDir(), Capacity: 100 * gib, Freezer: still{}, Now: time.Now, Log: log})
		s.must(err)
		s.stores[zone], filers[zone], exports[zone] = one, one, one.Export()
	}
	endpoint := "unix://" + filepath.Join(t.TempDir(), "csi.sock")
	listener, err := nfs.Listen(t.Context(), endpoint)
	s.must(err)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	served := make(chan error, 1)
	go func() {
		served <- nfs.Serve(ctx, listener, nfs.Services{
			Identity:   nfs.NewIdentity(nfs.DriverName, "test", nil),
			Controller: nfs.NewController(nfs.ControllerOptions{Filers: filers, Exports: exports, Log: log}),
			Node:       mounting{},
			Between:    []grpc.UnaryServerInterceptor{intercept(brisk)},
		}, log)
	}()
	connection, err := grpc.NewClient(endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()))
	s.must(err)
	s.ControllerClient, s.node = csi.NewControllerClient(connection), csi.NewNodeClient(connection)
	t.Cleanup(func() {
		s.must(connection.Close())
		stop()
		s.must(<-served)
	})
	return s
}

func (s site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// patient asks as the sidecars do: again after an error that says that it may heal, and each time within their limit.
func patient[Q, A any](s site, call func(context.Context, Q, ...grpc.CallOption) (A, error), req Q) A {
	s.Helper()
	for limit := time.Now().Add(20 * time.Second); ; {
		answer, err := call(s.Context(), req)
		switch code := status.Code(err); {
		case code == codes.OK:
			return answer
		case code != codes.Unavailable && code != codes.Aborted && code != codes.FailedPrecondition, time.Now().After(limit):
			s.Fatalf("asked %T: %v", req, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// request asks for a volume in zone a, of one region, on a node of a rack.
func (s site) request(name string, source *csi.VolumeContentSource) *csi.CreateVolumeRequest {
	here := []*csi.Topology{{Segments: map[string]string{nfs.ZoneKey: "a", region: "r", "rack": "1"}}}
	return &csi.CreateVolumeRequest{Name: name, Parameters: s.class, VolumeContentSource: source, CapacityRange: &csi.CapacityRange{RequiredBytes: gib},
		AccessibilityRequirements: &csi.TopologyRequirement{Requisite: here, Preferred: here},
		VolumeCapabilities: []*csi.VolumeCapability{{AccessType: &csi.VolumeCapability_Mount{Mount: &csi.VolumeCapability_MountVolume{}},
			AccessMode: &csi.VolumeCapability_AccessMode{Mode: csi.VolumeCapability_AccessMode_MULTI_NODE_MULTI_WRITER}}}}
}

func (s site) volume(name string) *csi.Volume {
	s.Helper()
	return patient(s, s.CreateVolume, s.request(name, nil)).GetVolume()
}

func (s site) cutRequest(name string, of *csi.Volume) *csi.CreateSnapshotRequest {
	return &csi.CreateSnapshotRequest{Name: name, SourceVolumeId: of.GetVolumeId(), Parameters: s.class}
}

// cut waits until the snapshot is ready.
func (s site) cut(name string, of *csi.Volume) *csi.Snapshot {
	s.Helper()
	shot := patient(s, s.CreateSnapshot, s.cutRequest(name, of)).GetSnapshot()
	for limit := time.Now().Add(20 * time.Second); !shot.GetReadyToUse(); {
		if time.Now().After(limit) {
			s.Fatalf("snapshot %s is never ready", name)
		}
		time.Sleep(20 * time.Millisecond)
		shot = patient(s, s.ListSnapshots, &csi.ListSnapshotsRequest{SnapshotId: shot.GetSnapshotId()}).GetEntries()[0].GetSnapshot()
	}
	return shot
}

// restore asks for a volume as large as the snapshot wants.
func (s site) restore(name string, from *csi.Snapshot) *csi.CreateVolumeRequest {
	req := s.request(name, &csi.VolumeContentSource{Type: &csi.VolumeContentSource_Snapshot{
		Snapshot: &csi.VolumeContentSource_SnapshotSource{SnapshotId: from.GetSnapshotId()}}})
	req.CapacityRange.RequiredBytes = max(gib, from.GetSizeBytes())
	return req
}

func (s site) path(v *csi.Volume, name string) string {
	zone, id, _ := strings.Cut(v.GetVolumeId(), ".")
	return filepath.Join(s.stores[zone].Export(), id, "data", name)
}

// left are the volumes and snapshots that there are.
func (s site) left() int {
	s.Helper()
	n := len(patient(s, s.ListSnapshots, &csi.ListSnapshotsRequest{}).GetEntries())
	return n + len(patient(s, s.ListVolumes, &csi.ListVolumesRequest{}).GetEntries())
}

func (s site) write(v *csi.Volume, name, text string) {
	s.Helper()
	s.must(os.WriteFile(s.path(v, name), []byte(text), 0o600))
}

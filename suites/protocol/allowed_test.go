package protocol

import (
	"context"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"csicert/framework/catalogue"
)

// allowed are drivers that do what the specification leaves to them. No judgement may fail with one, except as listed:
// these may say that there is nothing to judge, or (a SHOULD) that it is not so.
var allowed = map[string]struct {
	around func(csi.ControllerServer) csi.ControllerServer
	but    map[catalogue.ID]string
}{
	"answers ABORTED to every call that it sees for the first time": {around: func(c csi.ControllerServer) csi.ControllerServer { return &aborting{ControllerServer: c} }},
	"has its first answers lost":                                    {around: func(c csi.ControllerServer) csi.ControllerServer { return &aborting{ControllerServer: c, worked: true} }},
	"goes on with a call that nobody waits for":                     {around: func(c csi.ControllerServer) csi.ControllerServer { return slow{c} }},
	"has volumes of whole 4 GiB, and refuses limits that these do not meet": {
		around: func(c csi.ControllerServer) csi.ControllerServer { return coarse{c} }, but: map[catalogue.ID]string{"PROT-030": failed}},
	"does not tell capacities":                     {around: func(c csi.ControllerServer) csi.ControllerServer { return silent{c} }},
	"has snapshots ready some time after the cut":  {around: func(c csi.ControllerServer) csi.ControllerServer { return &late{ControllerServer: c} }},
	"refuses names that Kubernetes would not make": {around: func(c csi.ControllerServer) csi.ControllerServer { return choosy{c} }, but: map[catalogue.ID]string{"PROT-006": unsupported, "PROT-007": failed, "PROT-030": failed}},
	"can create and delete volumes and nothing else": {around: func(c csi.ControllerServer) csi.ControllerServer { return bare{c} }, but: map[catalogue.ID]string{
		"PROT-003": unsupported, "PROT-009": unsupported, "PROT-010": unsupported, "PROT-014": unsupported, "PROT-015": unsupported, "PROT-016": unsupported,
		"PROT-017": unsupported, "PROT-018": unsupported, "PROT-019": unsupported, "PROT-020": unsupported, "PROT-021": unsupported, "PROT-025": unsupported,
		"PROT-027": unsupported, "PROT-028": unsupported, "PROT-029": unsupported}},
}

func TestWhatTheSpecificationAllowsPasses(t *testing.T) {
	for name, driver := range allowed {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, driver.around)
			for _, r := range Requirements { // one after the other: some read the whole list of volumes
				want := passed
				if but, listed := driver.but[r.ID]; listed {
					want = but
				}
				o, undone := s.judged(t, judgements[r.ID], "", 20*time.Second)
				if o.kind != want || undone != nil {
					t.Errorf("%s: want %s: %s: %s; undoing: %v", r.ID, want, o.kind, o.text, undone)
				}
			}
		})
	}
}

// aborting does not answer a call that it sees for the first time, having done its work or not.
type aborting struct {
	csi.ControllerServer
	worked bool
	mu     sync.Mutex
	seen   []string
}

func (a *aborting) first(call string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if slices.Contains(a.seen, call) {
		return false
	}
	a.seen = append(a.seen, call)
	return true
}

func later[Q interface{ String() string }, A any](ctx context.Context, a *aborting, req Q, call func(context.Context, Q) (A, error)) (none A, err error) {
	switch first := a.first(req.String()); {
	case first && a.worked:
		if _, err := call(ctx, req); err != nil {
			return none, err
		}
		return none, status.Error(codes.Unavailable, "the connection to the storage was lost")
	case first:
		return none, status.Error(codes.Aborted, "another call is under way")
	}
	return call(ctx, req)
}

func (a *aborting) CreateVolume(ctx context.Context, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	return later(ctx, a, req, a.ControllerServer.CreateVolume)
}

func (a *aborting) DeleteVolume(ctx context.Context, req *csi.DeleteVolumeRequest) (*csi.DeleteVolumeResponse, error) {
	return later(ctx, a, req, a.ControllerServer.DeleteVolume)
}

func (a *aborting) CreateSnapshot(ctx context.Context, req *csi.CreateSnapshotRequest) (*csi.CreateSnapshotResponse, error) {
	return later(ctx, a, req, a.ControllerServer.CreateSnapshot)
}

type slow struct{ csi.ControllerServer }

const working = 30 * time.Millisecond

func (s slow) CreateVolume(ctx context.Context, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	time.Sleep(working)
	return s.ControllerServer.CreateVolume(context.WithoutCancel(ctx), req)
}

func (s slow) CreateSnapshot(ctx context.Context, req *csi.CreateSnapshotRequest) (*csi.CreateSnapshotResponse, error) {
	time.Sleep(working)
	return s.ControllerServer.CreateSnapshot(context.WithoutCancel(ctx), req)
}

type coarse struct{ csi.ControllerServer }

func (c coarse) CreateVolume(ctx context.Context, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	const chunk = 4 * gib
	limit, size := req.GetCapacityRange().GetLimitBytes(), (max(1, req.GetCapacityRange().GetRequiredBytes())+chunk-1)/chunk*chunk
	if limit > 0 && limit < size {
		return nil, status.Error(codes.OutOfRange, "volumes are of whole 4 GiB")
	}
	req.CapacityRange = &csi.CapacityRange{RequiredBytes: size, LimitBytes: limit}
	return c.ControllerServer.CreateVolume(ctx, req)
}

type silent struct{ csi.ControllerServer }

func (s silent) CreateVolume(ctx context.Context, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	answer, err := s.ControllerServer.CreateVolume(ctx, req)
	if err == nil {
		answer.Volume.CapacityBytes = 0
	}
	return answer, err
}

type late struct {
	csi.ControllerServer
	mu    sync.Mutex
	calls map[string]int
}

func (l *late) CreateSnapshot(ctx context.Context, req *csi.CreateSnapshotRequest) (*csi.CreateSnapshotResponse, error) {
	answer, err := l.ControllerServer.CreateSnapshot(ctx, req)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.calls == nil {
		l.calls = map[string]int{}
	}
	l.calls[req.GetName()]++
	answer.Snapshot.ReadyToUse = l.calls[req.GetName()] > 2
	if l.calls[req.GetName()] > 1 { // what the storage keeps is in seconds
		answer.Snapshot.CreationTime = timestamppb.New(answer.GetSnapshot().GetCreationTime().AsTime().Truncate(time.Second))
	}
	return answer, nil
}

type choosy struct{ csi.ControllerServer }

var likeKubernetes = regexp.MustCompile(`^[a-z0-9-]{1,128}$`)

func (c choosy) CreateVolume(ctx context.Context, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	if !likeKubernetes.MatchString(req.GetName()) {
		return nil, status.Error(codes.InvalidArgument, "the name is not for this storage")
	}
	return c.ControllerServer.CreateVolume(ctx, req)
}

type bare struct{ csi.ControllerServer }

func (b bare) ControllerGetCapabilities(context.Context, *csi.ControllerGetCapabilitiesRequest) (*csi.ControllerGetCapabilitiesResponse, error) {
	return &csi.ControllerGetCapabilitiesResponse{Capabilities: []*csi.ControllerServiceCapability{{Type: &csi.ControllerServiceCapability_Rpc{
		Rpc: &csi.ControllerServiceCapability_RPC{Type: csi.ControllerServiceCapability_RPC_CREATE_DELETE_VOLUME}}}}}, nil
}

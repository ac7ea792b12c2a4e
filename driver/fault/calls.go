package fault

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/protobuf/proto"
)

// Shorter names of what a controller is asked and answers.
type (
	volumeRequest  = csi.CreateVolumeRequest
	volumeAnswer   = csi.CreateVolumeResponse
	cutRequest     = csi.CreateSnapshotRequest
	cutAnswer      = csi.CreateSnapshotResponse
	volumeDeletion = csi.DeleteVolumeRequest
	cutDeletion    = csi.DeleteSnapshotRequest
)

// spoilt are the calls of a controller that a fault answers in its own way, with the honest controller at hand. Those
// that are nil are honest. A request is the fault's own: it may change it.
type spoilt struct {
	createVolume   func(context.Context, csi.ControllerServer, *volumeRequest) (*volumeAnswer, error)
	deleteVolume   func(context.Context, csi.ControllerServer, *volumeDeletion) (*csi.DeleteVolumeResponse, error)
	createSnapshot func(context.Context, csi.ControllerServer, *cutRequest) (*cutAnswer, error)
	deleteSnapshot func(context.Context, csi.ControllerServer, *cutDeletion) (*csi.DeleteSnapshotResponse, error)
	listSnapshots  func(context.Context, csi.ControllerServer, *csi.ListSnapshotsRequest) (*csi.ListSnapshotsResponse, error)
	listVolumes    func(context.Context, csi.ControllerServer, *csi.ListVolumesRequest) (*csi.ListVolumesResponse, error)
	validate       func(context.Context, csi.ControllerServer, *csi.ValidateVolumeCapabilitiesRequest) (*csi.ValidateVolumeCapabilitiesResponse, error)
	expand         func(context.Context, csi.ControllerServer, *csi.ControllerExpandVolumeRequest) (*csi.ControllerExpandVolumeResponse, error)
}

// around makes a controller of the calls. It is the whole of a fault that remembers nothing.
func (s spoilt) around(next csi.ControllerServer) csi.ControllerServer { return spoiler{next, s} }

// refusingDeletions are the calls, and deletions that are refused where the function has an error for the ID.
func (s spoilt) refusingDeletions(refused func(id string) error) spoilt {
	s.deleteVolume = func(ctx context.Context, next csi.ControllerServer, req *volumeDeletion) (*csi.DeleteVolumeResponse, error) {
		if err := refused(req.GetVolumeId()); err != nil {
			return nil, err
		}
		return next.DeleteVolume(ctx, req)
	}
	s.deleteSnapshot = func(ctx context.Context, next csi.ControllerServer, req *cutDeletion) (*csi.DeleteSnapshotResponse, error) {
		if err := refused(req.GetSnapshotId()); err != nil {
			return nil, err
		}
		return next.DeleteSnapshot(ctx, req)
	}
	return s
}

type spoiler struct {
	csi.ControllerServer
	spoilt spoilt
}

// CreateVolume implements csi.ControllerServer.
func (s spoiler) CreateVolume(ctx context.Context, req *volumeRequest) (*volumeAnswer, error) {
	return answered(ctx, s.ControllerServer, req, s.spoilt.createVolume, s.ControllerServer.CreateVolume)
}

// DeleteVolume implements csi.ControllerServer.
func (s spoiler) DeleteVolume(ctx context.Context, req *volumeDeletion) (*csi.DeleteVolumeResponse, error) {
	return answered(ctx, s.ControllerServer, req, s.spoilt.deleteVolume, s.ControllerServer.DeleteVolume)
}

// CreateSnapshot implements csi.ControllerServer.
func (s spoiler) CreateSnapshot(ctx context.Context, req *cutRequest) (*cutAnswer, error) {
	return answered(ctx, s.ControllerServer, req, s.spoilt.createSnapshot, s.ControllerServer.CreateSnapshot)
}

// DeleteSnapshot implements csi.ControllerServer.
func (s spoiler) DeleteSnapshot(ctx context.Context, req *cutDeletion) (*csi.DeleteSnapshotResponse, error) {
	return answered(ctx, s.ControllerServer, req, s.spoilt.deleteSnapshot, s.ControllerServer.DeleteSnapshot)
}

// ListSnapshots implements csi.ControllerServer.
func (s spoiler) ListSnapshots(ctx context.Context, req *csi.ListSnapshotsRequest) (*csi.ListSnapshotsResponse, error) {
	return answered(ctx, s.ControllerServer, req, s.spoilt.listSnapshots, s.ControllerServer.ListSnapshots)
}

// ListVolumes implements csi.ControllerServer.
func (s spoiler) ListVolumes(ctx context.Context, req *csi.ListVolumesRequest) (*csi.ListVolumesResponse, error) {
	return answered(ctx, s.ControllerServer, req, s.spoilt.listVolumes, s.ControllerServer.ListVolumes)
}

// ValidateVolumeCapabilities implements csi.ControllerServer.
func (s spoiler) ValidateVolumeCapabilities(ctx context.Context, req *csi.ValidateVolumeCapabilitiesRequest) (*csi.ValidateVolumeCapabilitiesResponse, error) {
	return answered(ctx, s.ControllerServer, req, s.spoilt.validate, s.ControllerServer.ValidateVolumeCapabilities)
}

// ControllerExpandVolume implements csi.ControllerServer.
func (s spoiler) ControllerExpandVolume(ctx context.Context, req *csi.ControllerExpandVolumeRequest) (*csi.ControllerExpandVolumeResponse, error) {
	return answered(ctx, s.ControllerServer, req, s.spoilt.expand, s.ControllerServer.ControllerExpandVolume)
}

// answered is the fault's answer where it has one, to a request of its own, and the honest server's elsewhere.
func answered[S any, Q proto.Message, A any](ctx context.Context, next S, req Q, spoilt func(context.Context, S, Q) (A, error), honest func(context.Context, Q) (A, error)) (A, error) {
	if spoilt == nil {
		return honest(ctx, req)
	}
	return spoilt(ctx, next, proto.CloneOf(req))
}

// memory is what a fault remembers between calls, in the order of its keys' first coming.
type memory[V any] struct {
	mu    sync.Mutex
	all   map[string]V
	order []string
}

// recall returns what is remembered of the key, and whether anything is.
func (m *memory[V]) recall(key string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.all[key]
	return v, ok
}

// oldest returns what is remembered of the key that came first, and whether anything is.
func (m *memory[V]) oldest() (v V, any bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.order) == 0 {
		return v, false
	}
	return m.all[m.order[0]], true
}

// near returns what is remembered of a key that begins with the given one, that the given one begins with, or that differs
// from it in its last byte.
func (m *memory[V]) near(key string) (v V, any bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range m.order {
		if len(key) >= leastNear && (strings.HasPrefix(k, key) || strings.HasPrefix(key, k) || len(k) == len(key) && k[:len(k)-1] == key[:len(key)-1]) {
			return m.all[k], true
		}
	}
	return v, false
}

// leastNear bytes of a key are no accident.
const leastNear = 16

// len is how many keys are remembered.
func (m *memory[V]) len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.all)
}

func (m *memory[V]) remember(key string, value V) { m.change(key, func(V, bool) V { return value }) }

// once remembers what the first call with the key gives, and returns it at every later one.
func (m *memory[V]) once(key string, first func() V) V {
	return m.change(key, func(was V, known bool) V {
		if known {
			return was
		}
		return first()
	})
}

// change remembers, and returns, what the function makes of what is remembered.
func (m *memory[V]) change(key string, to func(was V, known bool) V) V {
	m.mu.Lock()
	defer m.mu.Unlock()
	was, known := m.all[key]
	if !known {
		m.order = append(m.order, key)
	}
	if m.all == nil {
		m.all = map[string]V{}
	}
	m.all[key] = to(was, known)
	return m.all[key]
}

// keys are those of which anything is remembered.
func (m *memory[V]) keys() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.order)
}

func (m *memory[V]) forget(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.all, key)
	m.order = slices.DeleteFunc(m.order, func(k string) bool { return k == key })
}

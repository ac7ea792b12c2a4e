package fault

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// collisionFaults are in what the controller does with calls that come at once.
func collisionFaults() []Fault {
	return []Fault{
		{Name: "simultaneous-creations-make-many", Wrong: "a CreateVolume call for a name whose volume is being made makes another one", Controller: makingMany},
		{Name: "simultaneous-names-mixed", Wrong: "a CreateVolume call that comes during another one makes the other's volume", Controller: mixing},
		{Name: "simultaneous-deletions-fail", Wrong: "of two deletions of one volume at once the second fails for good", Controller: collidingDeletions},
		{Name: "simultaneous-cuts-make-many", Wrong: "a CreateSnapshot call for a name whose snapshot is being cut cuts another one", Controller: cuttingMany},
		{Name: "simultaneous-creations-fail", Wrong: "a creation fails for good while another one of the same name is under way", Controller: failingBesideItself},
		{Name: "simultaneous-names-refused", Wrong: "a CreateVolume call fails for good while another one is under way", Controller: failingBesideOthers},
		{Name: "simultaneous-cuts-block-name", Wrong: "after CreateSnapshot calls for one name at once every later one for it fails", Controller: blockedAfterCollision},
		{Name: "simultaneous-deletions-leave-volume", Wrong: "of deletions of one volume at once each leaves it to the other", Controller: deletingNothing},
	}
}

// flights counts the calls that are under way, by what they are for.
type flights struct{ memory[int] }

// begin tells whether another call is under way. The call ends with the function.
func (f *flights) begin(what string) (alone bool, end func()) {
	n := f.change(what, func(was int, _ bool) int { return was + 1 })
	return n == 1, func() { f.change(what, func(was int, _ bool) int { return was - 1 }) }
}

func makingMany(next csi.ControllerServer) csi.ControllerServer {
	var under flights
	return creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
		alone, end := under.begin(req.GetName())
		defer end()
		if !alone {
			req.Name += rand.Text()
		}
		work(ctx)
		return next.CreateVolume(ctx, req)
	})(next)
}

func cuttingMany(next csi.ControllerServer) csi.ControllerServer {
	var under flights
	return spoilt{createSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
		alone, end := under.begin(req.GetName())
		defer end()
		if !alone {
			req.Name += rand.Text()
		}
		work(ctx)
		return next.CreateSnapshot(ctx, req)
	}}.around(next)
}

func collidingDeletions(next csi.ControllerServer) csi.ControllerServer {
	var under flights
	return spoilt{deleteVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeDeletion) (*csi.DeleteVolumeResponse, error) {
		alone, end := under.begin(req.GetVolumeId())
		defer end()
		if !alone {
			return nil, status.Errorf(codes.Internal, "volume %q is half deleted", req.GetVolumeId())
		}
		work(ctx)
		return next.DeleteVolume(ctx, req)
	}}.around(next)
}

// failing answers a call that is not alone with an error that is final.
func failing[Q, A any](ctx context.Context, under *flights, what string, req Q, honest func(context.Context, Q) (A, error)) (none A, err error) {
	alone, end := under.begin(what)
	defer end()
	if !alone {
		return none, status.Error(codes.Internal, "the database is locked")
	}
	work(ctx)
	return honest(ctx, req)
}

func failingBesideItself(next csi.ControllerServer) csi.ControllerServer {
	var volumes, cuts flights
	return spoilt{
		createVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
			return failing(ctx, &volumes, req.GetName(), req, next.CreateVolume)
		},
		createSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
			return failing(ctx, &cuts, req.GetName(), req, next.CreateSnapshot)
		},
	}.around(next)
}

func failingBesideOthers(next csi.ControllerServer) csi.ControllerServer {
	var under flights
	return creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
		return failing(ctx, &under, "", req, next.CreateVolume)
	})(next)
}

// blockedAfterCollision answers calls that come during the first as it is right to.
func blockedAfterCollision(next csi.ControllerServer) csi.ControllerServer {
	var under flights
	var blocked memory[bool]
	return spoilt{createSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
		alone, end := under.begin(req.GetName())
		defer end()
		if !alone {
			blocked.remember(req.GetName(), true)
			return nil, busyStill(req.GetName())
		}
		if _, is := blocked.recall(req.GetName()); is {
			return nil, status.Errorf(codes.Internal, "the record of %q is locked", req.GetName())
		}
		work(ctx)
		return next.CreateSnapshot(ctx, req)
	}}.around(next)
}

// glance is time to see that a volume is there still, for who looks at once.
const glance = 10 * time.Second

// deletingNothing confirms a deletion that it takes for another call's. The volume goes when nobody looks for it any more.
func deletingNothing(next csi.ControllerServer) csi.ControllerServer {
	var under flights
	var collided memory[bool]
	return spoilt{deleteVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeDeletion) (*csi.DeleteVolumeResponse, error) {
		alone, end := under.begin(req.GetVolumeId())
		defer end()
		if !alone {
			collided.remember(req.GetVolumeId(), true)
			return &csi.DeleteVolumeResponse{}, nil
		}
		work(ctx)
		if _, is := collided.recall(req.GetVolumeId()); is {
			deleteLater(ctx, next, req.GetVolumeId(), glance)
			return &csi.DeleteVolumeResponse{}, nil
		}
		return next.DeleteVolume(ctx, req)
	}}.around(next)
}

// mixing has a call that is not alone wait for the first, and answer as that.
func mixing(next csi.ControllerServer) csi.ControllerServer {
	type call struct {
		done   chan struct{}
		answer *volumeAnswer
		err    error
	}
	var mu sync.Mutex
	var first *call
	return creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
		mu.Lock()
		if other := first; other != nil {
			mu.Unlock()
			<-other.done
			return proto.CloneOf(other.answer), other.err
		}
		mine := &call{done: make(chan struct{})}
		first = mine
		mu.Unlock()
		work(ctx)
		mine.answer, mine.err = next.CreateVolume(ctx, req)
		mu.Lock()
		defer mu.Unlock()
		first = nil
		close(mine.done)
		return proto.CloneOf(mine.answer), mine.err
	})(next)
}

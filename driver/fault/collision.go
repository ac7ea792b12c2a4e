package fault

import (
	"context"
	"crypto/rand"
	"sync"

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

package fault

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// resumeFaults are in what the controller does with a call that it has answered already, or that was given up and then, made
// again, went well.
func resumeFaults() []Fault {
	return []Fault{
		{Name: "failed-creation-goes-on", Wrong: "a volume is made some time after the driver said for good that it could not be", Controller: goingOn},
		{Name: "resumed-creation-stays-locked", Wrong: "after a call that resumed one that was given up its name stays locked", Controller: lockedAfterResuming},
		{Name: "resumed-creation-forgotten", Wrong: "what a call made that resumed one that was given up is not found by its name", Controller: forgottenAfterResuming},
		{Name: "resumed-creation-undeletable", Wrong: "what a call made that resumed one that was given up is not deleted at once", Controller: undeletableAfterResuming},
	}
}

// goesOn is how long a creation takes that was told as failed.
const goesOn = 8 * time.Second

// goingOn refuses a volume for good and makes it nevertheless, if nobody asks again, too.
func goingOn(next csi.ControllerServer) csi.ControllerServer {
	var done memory[time.Time] // by name
	return creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
		due := done.once(req.GetName(), func() time.Time {
			later := context.WithoutCancel(ctx)
			time.AfterFunc(goesOn, func() { _, _ = next.CreateVolume(later, req) })
			return time.Now().Add(goesOn)
		})
		if time.Now().Before(due) {
			return nil, status.Errorf(codes.Internal, "volume %q could not be made in time", req.GetName())
		}
		return next.CreateVolume(ctx, req)
	})(next)
}

// resumption follows calls that create, by the name of what they create.
type resumption struct{ givenUp, resumed memory[bool] }

// named is a request that creates something.
type named interface{ GetName() string }

// resuming works slowly on a call, and notes one that went well after one for its name that was given up.
func resuming[Q named, A any](ctx context.Context, r *resumption, req Q, honest func(context.Context, Q) (A, error)) (none A, err error) {
	if work(ctx) {
		r.givenUp.remember(req.GetName(), true)
		return none, status.FromContextError(ctx.Err()).Err()
	}
	answer, err := honest(ctx, req)
	if _, was := r.givenUp.recall(req.GetName()); was && err == nil {
		r.resumed.remember(req.GetName(), true)
	}
	return answer, err
}

// has tells whether a call for the name resumed one.
func (r *resumption) has(name string) bool { _, is := r.resumed.recall(name); return is }

// locked refuses calls after the one that resumed. The code is no ABORTED, which a CO would repeat for minutes.
func locked[Q named, A any](ctx context.Context, r *resumption, req Q, honest func(context.Context, Q) (A, error)) (none A, err error) {
	if r.has(req.GetName()) {
		return none, status.Errorf(codes.Internal, "the record of %q is locked", req.GetName())
	}
	return resuming(ctx, r, req, honest)
}

func lockedAfterResuming(next csi.ControllerServer) csi.ControllerServer {
	var volumes, cuts resumption
	return spoilt{
		createVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
			return locked(ctx, &volumes, req, next.CreateVolume)
		},
		createSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
			return locked(ctx, &cuts, req, next.CreateSnapshot)
		},
	}.around(next)
}

// forgottenAfterResuming makes something new in place of what it does not find.
func forgottenAfterResuming(next csi.ControllerServer) csi.ControllerServer {
	var volumes, cuts resumption
	return spoilt{
		createVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
			if volumes.has(req.GetName()) {
				req.Name += rand.Text()
			}
			return resuming(ctx, &volumes, req, next.CreateVolume)
		},
		createSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
			if cuts.has(req.GetName()) {
				req.Name += rand.Text()
			}
			return resuming(ctx, &cuts, req, next.CreateSnapshot)
		},
	}.around(next)
}

// undeletableAfterResuming refuses the first deletion only: what it made must not stay.
func undeletableAfterResuming(next csi.ControllerServer) csi.ControllerServer {
	var volumes, cuts resumption
	var pending memory[bool]
	refused := func(id string) error {
		if _, is := pending.recall(id); !is {
			return nil
		}
		pending.forget(id)
		return status.Errorf(codes.FailedPrecondition, "%q is being made", id)
	}
	return spoilt{
		createVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
			answer, err := resuming(ctx, &volumes, req, next.CreateVolume)
			if err == nil && volumes.has(req.GetName()) {
				pending.remember(answer.GetVolume().GetVolumeId(), true)
			}
			return answer, err
		},
		createSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
			answer, err := resuming(ctx, &cuts, req, next.CreateSnapshot)
			if err == nil && cuts.has(req.GetName()) {
				pending.remember(answer.GetSnapshot().GetSnapshotId(), true)
			}
			return answer, err
		},
	}.refusingDeletions(refused).around(next)
}

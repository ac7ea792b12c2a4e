package fault

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// repeatFaults are in what the controller does with a call that was made before, or given up.
func repeatFaults() []Fault {
	return []Fault{
		{Name: "repeated-deletion-refused", Wrong: "the deletion of a volume that is not there fails", Controller: refusingRepeatedDeletions},
		{Name: "repeated-snapshot-deletion-refused", Wrong: "the deletion of a snapshot that is not there fails", Controller: refusingRepeatedDrops},
		{Name: "repeated-expansion-refused", Wrong: "an expansion to a size that the volume has already is refused", Controller: refusingRepeatedExpansions},
		{Name: "repeated-expansion-tells-old-size", Wrong: "an expansion that is asked for again is answered with the size from before it", Controller: tellingOldSize},
		{Name: "repeated-volume-without-size", Wrong: "a CreateVolume call that is made again is answered without the volume's size", Controller: withoutSize},
		{Name: "snapshot-time-of-the-call", Wrong: "a snapshot that is asked for again says that it was cut just now", Controller: movingTime},
		{Name: "cancelled-creation-blocks-name", Wrong: "after a CreateVolume call that was given up its name stays busy", Controller: blockedAfterCreation(busyStill)},
		{Name: "given-up-creation-in-the-way", Wrong: "what a CreateVolume call left that was given up is in the way of its repetition", Controller: blockedAfterCreation(inTheWay)},
		{Name: "cancelled-cut-blocks-name", Wrong: "after a CreateSnapshot call that was given up its name stays busy", Controller: blockedAfterCut},
		{Name: "lost-answer-makes-two", Wrong: "a CreateVolume call after one whose answer was lost makes another volume", Controller: makingTwo},
	}
}

func refusingRepeatedDeletions(next csi.ControllerServer) csi.ControllerServer {
	var gone memory[bool]
	return spoilt{deleteVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeDeletion) (*csi.DeleteVolumeResponse, error) {
		if again, _ := gone.recall(req.GetVolumeId()); again {
			return nil, status.Errorf(codes.NotFound, "volume %q is not here", req.GetVolumeId())
		}
		answer, err := next.DeleteVolume(ctx, req)
		if err == nil {
			gone.remember(req.GetVolumeId(), true)
		}
		return answer, err
	}}.around(next)
}

func refusingRepeatedDrops(next csi.ControllerServer) csi.ControllerServer {
	var gone memory[bool]
	return spoilt{deleteSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutDeletion) (*csi.DeleteSnapshotResponse, error) {
		if again, _ := gone.recall(req.GetSnapshotId()); again {
			return nil, status.Errorf(codes.NotFound, "snapshot %q is not here", req.GetSnapshotId())
		}
		answer, err := next.DeleteSnapshot(ctx, req)
		if err == nil {
			gone.remember(req.GetSnapshotId(), true)
		}
		return answer, err
	}}.around(next)
}

func refusingRepeatedExpansions(next csi.ControllerServer) csi.ControllerServer {
	var sizes memory[int64]
	return spoilt{expand: func(ctx context.Context, next csi.ControllerServer, req *csi.ControllerExpandVolumeRequest) (*csi.ControllerExpandVolumeResponse, error) {
		if has, _ := sizes.recall(req.GetVolumeId()); req.GetCapacityRange().GetRequiredBytes() <= has {
			return nil, status.Errorf(codes.OutOfRange, "volume %q has %d bytes already", req.GetVolumeId(), has)
		}
		answer, err := next.ControllerExpandVolume(ctx, req)
		if err == nil {
			sizes.remember(req.GetVolumeId(), answer.GetCapacityBytes())
		}
		return answer, err
	}}.around(next)
}

// movingTime adds a minute at each call, so that one need not wait to see it.
func movingTime(next csi.ControllerServer) csi.ControllerServer {
	var times memory[int]
	return spoilt{createSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
		answer, err := next.CreateSnapshot(ctx, req)
		if err == nil {
			n := times.change(req.GetName(), func(was int, _ bool) int { return was + 1 })
			answer.Snapshot.CreationTime = timestamppb.New(answer.GetSnapshot().GetCreationTime().AsTime().Add(time.Duration(n-1) * time.Minute))
		}
		return answer, err
	}}.around(next)
}

// slow is how long these controllers work before they do anything: long enough to be hit while they do.
const slow = 300 * time.Millisecond

// work tells whether the call was given up meanwhile.
func work(ctx context.Context) (givenUp bool) {
	timer := time.NewTimer(slow)
	defer timer.Stop()
	select {
	case <-timer.C:
		return false
	case <-ctx.Done():
		return true
	}
}

func busyStill(name string) error {
	return status.Errorf(codes.Aborted, "another call for %q is under way", name)
}

// inTheWay is what no CO waits for the end of.
func inTheWay(name string) error {
	return status.Errorf(codes.Internal, "there is a folder of %q already", name)
}

// blockedOnce looks for a call that was given up before it works and after that: the other may end meanwhile.
func blockedOnce[Q named, A any](ctx context.Context, blocked *memory[bool], req Q, refusal func(name string) error, honest func(context.Context, Q) (A, error)) (none A, err error) {
	if is, _ := blocked.recall(req.GetName()); is {
		return none, refusal(req.GetName())
	}
	if work(ctx) {
		blocked.remember(req.GetName(), true)
		return none, status.FromContextError(ctx.Err()).Err()
	}
	if is, _ := blocked.recall(req.GetName()); is {
		return none, refusal(req.GetName())
	}
	return honest(ctx, req)
}

func blockedAfterCreation(refusal func(name string) error) func(csi.ControllerServer) csi.ControllerServer {
	return func(next csi.ControllerServer) csi.ControllerServer {
		var blocked memory[bool]
		return creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
			return blockedOnce(ctx, &blocked, req, refusal, next.CreateVolume)
		})(next)
	}
}

func blockedAfterCut(next csi.ControllerServer) csi.ControllerServer {
	var blocked memory[bool]
	return spoilt{createSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
		return blockedOnce(ctx, &blocked, req, busyStill, next.CreateSnapshot)
	}}.around(next)
}

// makingTwo finishes a volume that nobody waits for under another name. It goes when nobody looks for it any more.
func makingTwo(next csi.ControllerServer) csi.ControllerServer {
	return creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
		if !work(ctx) {
			return next.CreateVolume(ctx, req)
		}
		later := context.WithoutCancel(ctx)
		req.Name += rand.Text()
		answer, err := next.CreateVolume(later, req)
		if err == nil {
			deleteLater(ctx, next, answer.GetVolume().GetVolumeId(), Refusal)
		}
		return answer, err
	})(next)
}

// deleteLater deletes a volume that nobody else will, when it was there for long enough to be seen.
func deleteLater(ctx context.Context, next csi.ControllerServer, id string, after time.Duration) {
	later := context.WithoutCancel(ctx)
	time.AfterFunc(after, func() { _, _ = next.DeleteVolume(later, &volumeDeletion{VolumeId: id}) })
}

// withoutSize leaves the size out of every answer but the first.
func withoutSize(next csi.ControllerServer) csi.ControllerServer {
	var made memory[bool]
	return creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
		answer, err := next.CreateVolume(ctx, req)
		if _, again := made.recall(req.GetName()); again && err == nil {
			answer.Volume.CapacityBytes = 0
		}
		if err == nil {
			made.remember(req.GetName(), true)
		}
		return answer, err
	})(next)
}

// tellingOldSize grows the volume and, asked again, reads the size where it was kept at first.
func tellingOldSize(next csi.ControllerServer) csi.ControllerServer {
	var before memory[int64]
	return spoilt{expand: func(ctx context.Context, next csi.ControllerServer, req *csi.ControllerExpandVolumeRequest) (*csi.ControllerExpandVolumeResponse, error) {
		if old, again := before.recall(req.GetVolumeId()); again {
			return &csi.ControllerExpandVolumeResponse{CapacityBytes: old}, nil
		}
		there, err := volumeOf(ctx, next, req.GetVolumeId())
		if err != nil {
			return nil, err
		}
		before.remember(req.GetVolumeId(), there.GetCapacityBytes())
		return next.ControllerExpandVolume(ctx, req)
	}}.around(next)
}

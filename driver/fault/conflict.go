package fault

import (
	"context"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// conflictFaults are in what the controller refuses because a name is taken, and in what it does after that.
func conflictFaults() []Fault {
	return []Fault{
		{Name: "alike-names-clash", Wrong: "a name that another one resembles in its first 63 letters and digits is refused as taken", Controller: clashing},
		{Name: "missing-source-overlooked", Wrong: "an empty volume that is asked for with the name of a copy is answered with the copy",
			Controller: overlooking(func(was, now *volumeRequest) bool { return sourceID(was) != "" && sourceID(now) == "" })},
		{Name: "repeated-creation-refused", Wrong: "a creation that is asked for again is refused, for its name is taken", Controller: closingNames(codes.OK)},
		{Name: "conflict-poisons-name", Wrong: "after a request that conflicts the first one is refused, too", Controller: closingNames(codes.AlreadyExists)},
		{Name: "conflict-overwrites-record", Wrong: "a request that conflicts is refused and recorded in place of the first", Controller: overwriting},
	}
}

func nameTaken(name string) error {
	return status.Errorf(codes.AlreadyExists, "the name %q is taken", name)
}

// clashing keeps, of a name, what an index of the storage keeps.
func clashing(next csi.ControllerServer) csi.ControllerServer {
	var owners memory[string]
	short := cutTo(63)
	return creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
		name := req.GetName()
		if owners.once(short(strings.Map(flat, name)), func() string { return name }) != name {
			return nil, nameTaken(name)
		}
		return next.CreateVolume(ctx, req)
	})(next)
}

// closingNames refuses a name for good after a call for it that was answered so.
func closingNames(after codes.Code) func(csi.ControllerServer) csi.ControllerServer {
	return func(next csi.ControllerServer) csi.ControllerServer {
		var volumes, cuts memory[bool]
		return spoilt{
			createVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
				return closing(ctx, &volumes, after, req, next.CreateVolume)
			},
			createSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
				return closing(ctx, &cuts, after, req, next.CreateSnapshot)
			},
		}.around(next)
	}
}

func closing[Q named, A any](ctx context.Context, closed *memory[bool], after codes.Code, req Q, honest func(context.Context, Q) (A, error)) (none A, err error) {
	if _, is := closed.recall(req.GetName()); is {
		return none, nameTaken(req.GetName())
	}
	answer, err := honest(ctx, req)
	if status.Code(err) == after {
		closed.remember(req.GetName(), true)
	}
	return answer, err
}

// overwriting tells, of a volume, the size that was asked for last, and of a snapshot the source.
func overwriting(next csi.ControllerServer) csi.ControllerServer {
	var sizes memory[int64]
	var sources memory[string]
	return spoilt{
		createVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
			answer, err := next.CreateVolume(ctx, req)
			if status.Code(err) == codes.AlreadyExists {
				sizes.remember(req.GetName(), req.GetCapacityRange().GetRequiredBytes())
			}
			if last, is := sizes.recall(req.GetName()); is && err == nil {
				answer.Volume.CapacityBytes = last
			}
			return answer, err
		},
		createSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
			answer, err := next.CreateSnapshot(ctx, req)
			if status.Code(err) == codes.AlreadyExists {
				sources.remember(req.GetName(), req.GetSourceVolumeId())
			}
			if last, is := sources.recall(req.GetName()); is && err == nil {
				answer.Snapshot.SourceVolumeId = last
			}
			return answer, err
		},
	}.around(next)
}

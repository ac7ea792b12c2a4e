package fault

import (
	"context"
	"crypto/rand"
	"regexp"
	"strings"
	"sync/atomic"
	"unicode"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"k8s.io/apimachinery/pkg/util/validation"
)

// nameFaults are in what the controller makes of a name, and of what is asked for under one that is taken.
func nameFaults() []Fault {
	return []Fault{
		{Name: "volume-new-at-every-call", Wrong: "every CreateVolume call makes a volume, whatever its name",
			Controller: renaming(func(name string) string { return name + rand.Text() })},
		{Name: "volume-name-cut", Wrong: "of a volume's name only the first 63 bytes count", Controller: renaming(cutTo(63))},
		{Name: "oversized-name-cut", Wrong: "of a volume's name only the first 128 bytes count", Controller: renaming(cutTo(128))},
		{Name: "volume-name-flattened", Wrong: "in a volume's name case does not count, and everything that is not a letter or a digit is a dash",
			Controller: renaming(func(name string) string { return strings.Map(flat, name) })},
		{Name: "namesakes-share-a-volume", Wrong: "a volume is known by its claim's name, whose namespace does not count", Controller: byClaim},
		{Name: "long-claim-names-refused", Wrong: "a volume whose claim's name does not fit a label is not made",
			Controller: creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
				if claim := req.GetParameters()[claimName]; len(claim) > validation.LabelValueMaxLength {
					return nil, status.Errorf(codes.InvalidArgument, "%s: found %d bytes; accepted: at most %d", claimName, len(claim), validation.LabelValueMaxLength)
				}
				return next.CreateVolume(ctx, req)
			})},
		{Name: "volume-name-picky", Wrong: "names are accepted only where Kubernetes would make such",
			Controller: creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
				if !likeKubernetes.MatchString(req.GetName()) {
					return nil, status.Errorf(codes.InvalidArgument, "name: found %q; accepted: lower case, digits and dashes", req.GetName())
				}
				return next.CreateVolume(ctx, req)
			})},
		{Name: "volume-conflict-overlooked", Wrong: "a name that is taken is answered with the volume that has it, whatever was asked for",
			Controller: overlooking(func(was, now *volumeRequest) bool { return true })},
		{Name: "source-conflict-overlooked", Wrong: "a copy that is asked for with a name that is taken is answered with the volume that has it",
			Controller: overlooking(func(was, now *volumeRequest) bool { return sourceID(now) != "" && sourceID(was) != sourceID(now) })},
		{Name: "snapshot-new-at-every-call", Wrong: "every CreateSnapshot call cuts a snapshot, whatever its name",
			Controller: spoilt{createSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
				req.Name += rand.Text()
				return next.CreateSnapshot(ctx, req)
			}}.around},
		{Name: "snapshot-conflict-overlooked", Wrong: "a name that is taken is answered with the snapshot that has it, whatever it is of", Controller: overlookingCuts},
		{Name: "limit-ignored", Wrong: "volumes are rounded up, whatever their limit",
			Controller: creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
				req.CapacityRange = &csi.CapacityRange{RequiredBytes: req.GetCapacityRange().GetRequiredBytes() + 1<<20}
				return next.CreateVolume(ctx, req)
			})},
		{Name: "limit-refused", Wrong: "a volume that is asked for with a limit is refused",
			Controller: creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
				if limit := req.GetCapacityRange().GetLimitBytes(); limit > 0 {
					return nil, status.Errorf(codes.InvalidArgument, "capacity_range.limit_bytes: found %d; accepted: none", limit)
				}
				return next.CreateVolume(ctx, req)
			})},
		{Name: "oversized-name-spoils-next", Wrong: "the CreateVolume call after one with a name that is too long fails", Controller: stumbling},
		{Name: "incomplete-request-accepted", Wrong: "a volume is made although the request does not say how it is to be used",
			Controller: creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
				if len(req.GetVolumeCapabilities()) == 0 {
					req.VolumeCapabilities = []*csi.VolumeCapability{{AccessType: &csi.VolumeCapability_Mount{Mount: &csi.VolumeCapability_MountVolume{}},
						AccessMode: &csi.VolumeCapability_AccessMode{Mode: csi.VolumeCapability_AccessMode_SINGLE_NODE_WRITER}}}
				}
				return next.CreateVolume(ctx, req)
			})},
	}
}

var likeKubernetes = regexp.MustCompile(`^[a-z0-9-]{1,63}$`)

// renaming makes volumes under other names.
func renaming(to func(string) string) func(csi.ControllerServer) csi.ControllerServer {
	return creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
		if req.GetName() != "" {
			req.Name = to(req.GetName())
		}
		return next.CreateVolume(ctx, req)
	})
}

func cutTo(length int) func(string) string {
	return func(name string) string { return strings.ToValidUTF8(name[:min(len(name), length)], "") }
}

// stumbling refuses a name that is too long, and has not done with it when the next one comes.
func stumbling(next csi.ControllerServer) csi.ControllerServer {
	var stuck atomic.Bool
	return creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
		if len(req.GetName()) > 128 {
			stuck.Store(true)
			return nil, status.Errorf(codes.InvalidArgument, "name: found %d bytes; accepted: up to 128", len(req.GetName()))
		}
		if stuck.Swap(false) {
			return nil, status.Error(codes.Internal, "the name before this one is too long")
		}
		return next.CreateVolume(ctx, req)
	})(next)
}

func flat(r rune) rune {
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return unicode.ToLower(r)
	}
	return '-'
}

// overlooking answers a refusal of a name with what was answered first, where the requests differ as it does not see.
func overlooking(blind func(was, now *volumeRequest) bool) func(csi.ControllerServer) csi.ControllerServer {
	type made struct {
		req    *volumeRequest
		answer *volumeAnswer
	}
	return func(next csi.ControllerServer) csi.ControllerServer {
		var first memory[made]
		return creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
			answer, err := next.CreateVolume(ctx, req)
			if err == nil {
				first.remember(req.GetName(), made{req, proto.CloneOf(answer)})
			}
			was, known := first.recall(req.GetName())
			if status.Code(err) == codes.AlreadyExists && known && blind(was.req, req) {
				return proto.CloneOf(was.answer), nil
			}
			return answer, err
		})(next)
	}
}

func overlookingCuts(next csi.ControllerServer) csi.ControllerServer {
	var first memory[*cutAnswer]
	return spoilt{createSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
		answer, err := next.CreateSnapshot(ctx, req)
		if err == nil {
			first.remember(req.GetName(), proto.CloneOf(answer))
		}
		if was, known := first.recall(req.GetName()); known && status.Code(err) == codes.AlreadyExists {
			return proto.CloneOf(was), nil
		}
		return answer, err
	}}.around(next)
}

// claimName is the parameter by which the provisioner tells a volume's claim (--extra-create-metadata).
const claimName = "csi.storage.k8s.io/pvc/name"

// byClaim knows volumes by the names of their claims, as long as they stand.
func byClaim(next csi.ControllerServer) csi.ControllerServer {
	var names, claims memory[string] // claim → the volume's name; ID → claim
	return spoilt{
		createVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
			claim := req.GetParameters()[claimName]
			if claim != "" {
				req.Name = names.once(claim, req.GetName)
			}
			answer, err := next.CreateVolume(ctx, req)
			if err == nil {
				claims.remember(answer.GetVolume().GetVolumeId(), claim)
			}
			return answer, err
		},
		deleteVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeDeletion) (*csi.DeleteVolumeResponse, error) {
			if claim, known := claims.recall(req.GetVolumeId()); known {
				names.forget(claim)
			}
			return next.DeleteVolume(ctx, req)
		},
	}.around(next)
}

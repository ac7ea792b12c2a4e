package fault

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Shorter names of what a list of volumes is asked for with and answered.
type (
	listRequest = csi.ListVolumesRequest
	listAnswer  = csi.ListVolumesResponse
)

// listFaults are in how the controller lists volumes and snapshots.
func listFaults() []Fault {
	return []Fault{
		{Name: "list-page-overfull", Wrong: "a page of the list holds all volumes", Lists: true,
			Controller: spoilt{listVolumes: func(ctx context.Context, next csi.ControllerServer, req *listRequest) (*listAnswer, error) {
				req.MaxEntries = 0
				return next.ListVolumes(ctx, req)
			}}.around},
		{Name: "list-page-loses-one", Wrong: "between two pages of the list a volume is lost", Lists: true,
			Controller: spoilt{listVolumes: func(ctx context.Context, next csi.ControllerServer, req *listRequest) (*listAnswer, error) {
				answer, err := next.ListVolumes(ctx, req)
				if err == nil && req.GetStartingToken() != "" && len(answer.GetEntries()) > 0 {
					answer.Entries = answer.Entries[1:]
				}
				return answer, err
			}}.around},
		{Name: "list-token-refused", Wrong: "the token of the list's next page is refused", Lists: true,
			Controller: spoilt{listVolumes: func(ctx context.Context, next csi.ControllerServer, req *listRequest) (*listAnswer, error) {
				if req.GetStartingToken() != "" {
					return nil, status.Errorf(codes.InvalidArgument, "starting_token: found %q; accepted: none", req.GetStartingToken())
				}
				return next.ListVolumes(ctx, req)
			}}.around},
		{Name: "list-repeats-last", Wrong: "the list ends with a page that holds its last volume once more", Lists: true,
			Controller: listingFurther(func(ctx context.Context, next csi.ControllerServer) (*listAnswer, error) {
				answer, err := next.ListVolumes(ctx, &listRequest{})
				if err == nil {
					answer.Entries = answer.Entries[max(0, len(answer.Entries)-1):]
				}
				return answer, err
			})},
		{Name: "list-never-ends", Wrong: "the list's last page names a further one, which is empty and names itself", Lists: true,
			Controller: listingFurther(func(context.Context, csi.ControllerServer) (*listAnswer, error) {
				return &listAnswer{NextToken: furtherPage}, nil
			})},
		{Name: "snapshot-filter-refused", Wrong: "a list of snapshots for one ID is refused",
			Controller: spoilt{listSnapshots: func(ctx context.Context, next csi.ControllerServer, req *csi.ListSnapshotsRequest) (*csi.ListSnapshotsResponse, error) {
				if req.GetSnapshotId() != "" {
					return nil, status.Error(codes.InvalidArgument, "snapshot_id: accepted: none, all snapshots are listed")
				}
				return next.ListSnapshots(ctx, req)
			}}.around},
		{Name: "unknown-snapshot-list-fails", Wrong: "the list for an ID that no snapshot has fails",
			Controller: spoilt{listSnapshots: func(ctx context.Context, next csi.ControllerServer, req *csi.ListSnapshotsRequest) (*csi.ListSnapshotsResponse, error) {
				answer, err := next.ListSnapshots(ctx, req)
				if err == nil && req.GetSnapshotId() != "" && len(answer.GetEntries()) == 0 {
					return nil, status.Errorf(codes.Internal, "looking at snapshot %q: no such file", req.GetSnapshotId())
				}
				return answer, err
			}}.around},
	}
}

// furtherPage is the token of a page behind the last.
const furtherPage = "further"

// listingFurther adds a page to a list that is asked for in pages. One that is asked for as a whole is honest.
func listingFurther(further func(context.Context, csi.ControllerServer) (*listAnswer, error)) func(csi.ControllerServer) csi.ControllerServer {
	return spoilt{listVolumes: func(ctx context.Context, next csi.ControllerServer, req *listRequest) (*listAnswer, error) {
		if req.GetStartingToken() == furtherPage {
			return further(ctx, next)
		}
		answer, err := next.ListVolumes(ctx, req)
		if err == nil && req.GetMaxEntries() > 0 && answer.GetNextToken() == "" {
			answer.NextToken = furtherPage
		}
		return answer, err
	}}.around
}

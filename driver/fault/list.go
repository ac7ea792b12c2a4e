package fault

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
)

// listFaults are in how the controller lists volumes.
func listFaults() []Fault {
	return []Fault{
		{Name: "list-page-overfull", Wrong: "a page of the list holds all volumes", Lists: true,
			Controller: spoilt{listVolumes: func(ctx context.Context, next csi.ControllerServer, req *csi.ListVolumesRequest) (*csi.ListVolumesResponse, error) {
				req.MaxEntries = 0
				return next.ListVolumes(ctx, req)
			}}.around},
		{Name: "list-page-loses-one", Wrong: "between two pages of the list a volume is lost", Lists: true,
			Controller: spoilt{listVolumes: func(ctx context.Context, next csi.ControllerServer, req *csi.ListVolumesRequest) (*csi.ListVolumesResponse, error) {
				answer, err := next.ListVolumes(ctx, req)
				if err == nil && req.GetStartingToken() != "" && len(answer.GetEntries()) > 0 {
					answer.Entries = answer.Entries[1:]
				}
				return answer, err
			}}.around},
	}
}

package nfs

import (
	"context"
	"strconv"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// page cuts a list of n. A token is the index of the first entry of a page. Errors: ABORTED for a token that is not one
// (CSI, ListVolumes errors).
func page(n int, most int32, token string) (from, to int, next string, err error) {
	if most < 0 {
		return 0, 0, "", badField("max_entries", strconv.Itoa(int(most)), "zero or more")
	}
	if token != "" {
		if from, err = strconv.Atoi(token); err != nil || from < 0 || from > n {
			return 0, 0, "", status.Errorf(codes.Aborted, "starting_token: found %q; accepted: a next_token of this list", token)
		}
	}
	to = n
	if most > 0 && from+int(most) < n {
		to = from + int(most)
		next = strconv.Itoa(to)
	}
	return from, to, next, nil
}

// ListVolumes implements csi.ControllerServer.
func (c *controller) ListVolumes(ctx context.Context, req *csi.ListVolumesRequest) (*csi.ListVolumesResponse, error) {
	var all []*csi.ListVolumesResponse_Entry
	for _, z := range c.zones() {
		listed, err := c.filers[z].Volumes(ctx)
		if err != nil {
			return nil, failed("listing the volumes of zone "+z, err)
		}
		for _, v := range listed {
			all = append(all, &csi.ListVolumesResponse_Entry{Volume: &csi.Volume{
				VolumeId: handle{zone: z, id: v.ID}.String(), CapacityBytes: v.Size,
				AccessibleTopology: []*csi.Topology{{Segments: map[string]string{ZoneKey: z}}}}})
		}
	}
	from, to, next, err := page(len(all), req.GetMaxEntries(), req.GetStartingToken())
	if err != nil {
		return nil, err
	}
	return &csi.ListVolumesResponse{Entries: all[from:to], NextToken: next}, nil
}

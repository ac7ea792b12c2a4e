package fault

import (
	"context"
	"log/slog"

	"github.com/container-storage-interface/spec/lib/go/csi"
)

// logFaults are in what the driver tells about its calls.
func logFaults() []Fault {
	return []Fault{
		{Name: "secrets-logged", Wrong: "calls are written to the log as they came, with their secrets", Controller: spoilt{
			createVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
				slog.InfoContext(ctx, "CreateVolume", "request", req.String())
				return next.CreateVolume(ctx, req)
			}}.around},
	}
}

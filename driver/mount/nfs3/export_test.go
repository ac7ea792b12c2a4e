package nfs3

import (
	"context"

	"csicert/driver/mount/nfs3/rpc"
)

// PortOf is portOf of a caller without a name.
func PortOf(ctx context.Context, server string, mapper int, program, version uint32) (int, error) {
	return portOf(ctx, server, mapper, rpc.Identity{}, program, version)
}

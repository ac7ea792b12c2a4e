package protocol

import (
	"context"
	"fmt"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// LimitIsHonoured: no sidecar sets a limit. A driver whose sizes are coarser may refuse one (OUT_OF_RANGE).
var LimitIsHonoured = catalogue.Requirement{
	ID:        "PROT-008",
	Level:     catalogue.Must,
	Statement: "a volume is never larger than the limit that was set for it",
	Source:    catalogue.CSI("CreateVolume", "it MUST always be honored, even when creating volumes from a source"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket},
	Mutants: []catalogue.Mutant{
		{Name: "limit-ignored", Wrong: "volumes are rounded up, whatever their limit"},
		{Name: "limit-refused", Wrong: "a volume that is asked for with a limit is refused"},
	},
}

var _ = verify.That(LimitIsHonoured, direct(limitIsHonoured))

func limitIsHonoured(ctx context.Context, co *orchestrator.CO) {
	req := co.NewVolume(co.Name(""))
	req.CapacityRange = &csi.CapacityRange{RequiredBytes: co.Size, LimitBytes: co.Size}
	v, err := co.Create(ctx, req)
	co.MustAnswer(fmt.Sprintf("CreateVolume with %d bytes as limit", co.Size), err, codes.OK, codes.OutOfRange)
	bytes := v.GetCapacityBytes()
	co.MustBe(err != nil || bytes == 0 || bytes == co.Size, fmt.Sprintf("%d bytes, as required and as limited", co.Size), fmt.Sprintf("%d bytes", bytes))
}

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

// ExpansionIsRepeatable: a resizer that lost an answer asks again. Drivers that expand published volumes only are left alone.
var ExpansionIsRepeatable = catalogue.Requirement{
	ID:        "PROT-015",
	Level:     catalogue.Should,
	Statement: "an expansion that is asked for again, or to less than there is, is confirmed and changes nothing",
	Source:    catalogue.CSI("ControllerExpandVolume", "If a volume corresponding to the specified volume ID is already larger than or equal to the target capacity of the expansion request, the plugin SHOULD reply 0 OK."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket, catalogue.Expansion},
	Mutants: []catalogue.Mutant{
		{Name: "repeated-expansion-refused", Wrong: "an expansion to a size that the volume has already is refused"},
		{Name: "repeated-expansion-tells-old-size", Wrong: "an expansion that is asked for again is answered with the size from before it"},
	},
}

var _ = verify.That(ExpansionIsRepeatable, direct(expansionIsRepeatable))

func expansionIsRepeatable(ctx context.Context, co *orchestrator.CO) {
	co.Needs(csi.ControllerServiceCapability_RPC_EXPAND_VOLUME)
	v := co.NeedAny(ctx)
	size := max(v.GetCapacityBytes(), co.Size) + co.Size
	grown, err := co.Expand(ctx, v.GetVolumeId(), size)
	if err != nil {
		co.Blocked("ControllerExpandVolume", err.Error())
	}
	for _, asked := range []int64{size, size - co.Size} {
		now, err := co.Expand(ctx, v.GetVolumeId(), asked)
		co.MustAnswer(fmt.Sprintf("ControllerExpandVolume to %d of a volume of %d bytes", asked, grown), err, codes.OK)
		co.MustBe(now >= asked, fmt.Sprintf("at least %d bytes", asked), fmt.Sprintf("%d bytes", now))
	}
}

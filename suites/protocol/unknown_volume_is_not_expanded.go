package protocol

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// UnknownVolumeIsNotExpanded: a claim that grew in words only is a loss that shows when the volume is full.
var UnknownVolumeIsNotExpanded = catalogue.Requirement{
	ID:        "PROT-014",
	Level:     catalogue.Must,
	Statement: "the expansion of a volume that does not exist is refused",
	Source:    catalogue.CSI("ControllerExpandVolume", "Indicates that a volume corresponding to the specified volume_id does not exist."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket, catalogue.Expansion},
	Mutants: []catalogue.Mutant{
		{Name: "unknown-volume-expanded", Wrong: "the expansion of a volume that does not exist is confirmed"},
	},
}

var _ = verify.That(UnknownVolumeIsNotExpanded, direct(unknownVolumeIsNotExpanded))

func unknownVolumeIsNotExpanded(ctx context.Context, co *orchestrator.CO) {
	co.Needs(csi.ControllerServiceCapability_RPC_EXPAND_VOLUME)
	_, err := co.Expand(ctx, co.Gone(ctx), 2*co.Size)
	co.MustAnswer("ControllerExpandVolume of a volume that was deleted", err, codes.NotFound)
}

package protocol

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// UnknownVolumeIsNoSource: an empty volume in place of a clone looks like one.
var UnknownVolumeIsNoSource = catalogue.Requirement{
	ID:        "PROT-010",
	Level:     catalogue.Must,
	Statement: "a clone of a volume that does not exist is refused",
	Source:    catalogue.CSI("CreateVolume", "Indicates that the specified source does not exist."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket, catalogue.Clones},
	Mutants: []catalogue.Mutant{
		{Name: "unknown-volume-means-empty", Wrong: "a clone of a volume that does not exist is an empty volume"},
	},
}

var _ = verify.That(UnknownVolumeIsNoSource, direct(unknownVolumeIsNoSource))

func unknownVolumeIsNoSource(ctx context.Context, co *orchestrator.CO) {
	co.Needs(csi.ControllerServiceCapability_RPC_CLONE_VOLUME)
	gone := co.Gone(ctx)
	_, err := co.Create(ctx, orchestrator.Cloned(co.NewVolume(co.Name("")), gone))
	co.MustAnswer("CreateVolume from a volume that was deleted", err, codes.NotFound)
}

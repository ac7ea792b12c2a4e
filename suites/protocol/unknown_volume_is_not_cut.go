package protocol

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// UnknownVolumeIsNotCut: the specification names no code for it, so any error will do.
var UnknownVolumeIsNotCut = catalogue.Requirement{
	ID:        "PROT-018",
	Level:     catalogue.Must,
	Statement: "a snapshot of a volume that does not exist is refused",
	Source:    catalogue.CSI("CreateSnapshot", "A gRPC error code SHALL be returned if an error occurs during any stage of the snapshotting process."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "unknown-volume-is-cut", Wrong: "of a volume that does not exist an empty snapshot is cut"},
	},
}

var _ = verify.That(UnknownVolumeIsNotCut, direct(unknownVolumeIsNotCut))

func unknownVolumeIsNotCut(ctx context.Context, co *orchestrator.CO) {
	co.Needs(csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT)
	shot, err := co.Cut(ctx, co.NewCut(co.Name("-cut"), co.Gone(ctx)))
	co.MustBe(err != nil, "CreateSnapshot of a volume that was deleted to be refused", "OK, snapshot "+orchestrator.Quote(shot.GetSnapshotId()))
}

package protocol

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// UnknownSnapshotIsNoSource: an empty volume in place of a restore looks like one.
var UnknownSnapshotIsNoSource = catalogue.Requirement{
	ID:        "PROT-009",
	Level:     catalogue.Must,
	Statement: "a restore of a snapshot that does not exist is refused",
	Source:    catalogue.CSI("CreateVolume", "Indicates that the specified source does not exist."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "unknown-snapshot-means-empty", Wrong: "a restore of a snapshot that does not exist is an empty volume"},
	},
}

var _ = verify.That(UnknownSnapshotIsNoSource, direct(unknownSnapshotIsNoSource))

func unknownSnapshotIsNoSource(ctx context.Context, co *orchestrator.CO) {
	co.Needs(csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT)
	gone := co.GoneCut(ctx, co.NeedAny(ctx).GetVolumeId())
	_, err := co.Create(ctx, orchestrator.Filled(co.NewVolume(co.Name("")), gone))
	co.MustAnswer("CreateVolume from a snapshot that was deleted", err, codes.NotFound)
}

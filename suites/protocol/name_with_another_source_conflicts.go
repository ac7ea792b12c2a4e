package protocol

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// NameWithAnotherSourceConflicts: an empty volume in place of a restore is a loss of data that nobody is told of.
var NameWithAnotherSourceConflicts = catalogue.Requirement{
	ID:        "PROT-003",
	Level:     catalogue.Must,
	Statement: "a name that an empty volume has is refused where a restore is asked for, and the other way round",
	Source:    catalogue.CSI("CreateVolume", "already exists but is incompatible with the specified `capacity_range`, `volume_capabilities`, `parameters`, `accessibility_requirements` or `volume_content_source`"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "source-conflict-overlooked", Wrong: "a copy that is asked for with a name that is taken is answered with the volume that has it"},
		{Name: "missing-source-overlooked", Wrong: "an empty volume that is asked for with the name of a copy is answered with the copy"},
	},
}

var _ = verify.That(NameWithAnotherSourceConflicts, direct(nameWithAnotherSourceConflicts))

func nameWithAnotherSourceConflicts(ctx context.Context, co *orchestrator.CO) {
	co.Needs(csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT)
	source := co.NeedAny(ctx)
	_, shot := co.NeedCut(ctx, source.GetVolumeId())
	empty, restored := co.NewVolume(co.Name("")), orchestrator.Filled(co.NewVolume(co.Name("")), shot.GetSnapshotId())
	co.Need(ctx, empty)
	co.Need(ctx, restored)
	_, err := co.Create(ctx, orchestrator.Filled(co.NewVolume(empty.GetName()), shot.GetSnapshotId()))
	co.MustAnswer("CreateVolume from a snapshot with the name of an empty volume", err, codes.AlreadyExists)
	_, err = co.Create(ctx, co.NewVolume(restored.GetName()))
	co.MustAnswer("CreateVolume of an empty volume with the name of a restored one", err, codes.AlreadyExists)
}

package protocol

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// NameWithAnotherSizeConflicts: what is asked for is larger than what the driver says that it made, for a driver may round up.
var NameWithAnotherSizeConflicts = catalogue.Requirement{
	ID:        "PROT-002",
	Level:     catalogue.Must,
	Statement: "a name that a volume of another size has is refused, and the volume stays as it is",
	Source:    catalogue.CSI("CreateVolume", "already exists but is incompatible with the specified `capacity_range`, `volume_capabilities`, `parameters`, `accessibility_requirements` or `volume_content_source`"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket},
	Mutants: []catalogue.Mutant{
		{Name: "volume-conflict-overlooked", Wrong: "a name that is taken is answered with the volume that has it, whatever was asked for"},
		{Name: "conflict-poisons-name", Wrong: "after a request that conflicts the first one is refused, too"},
		{Name: "conflict-overwrites-record", Wrong: "a request that conflicts is refused and recorded in place of the first"},
	},
}

var _ = verify.That(NameWithAnotherSizeConflicts, direct(nameWithAnotherSizeConflicts))

func nameWithAnotherSizeConflicts(ctx context.Context, co *orchestrator.CO) {
	req := co.NewVolume(co.Name(""))
	first := co.Need(ctx, req)
	larger := co.NewVolume(req.GetName())
	larger.CapacityRange = &csi.CapacityRange{RequiredBytes: max(first.GetCapacityBytes(), co.Size) + co.Size}
	if first.GetCapacityBytes() == 0 { // unknown: only a limit below what was asked for cannot be met
		larger.CapacityRange = &csi.CapacityRange{RequiredBytes: co.Size / 4, LimitBytes: co.Size / 2}
	}
	_, err := co.Create(ctx, larger)
	co.MustAnswer("CreateVolume with the name of a smaller volume", err, codes.AlreadyExists)
	again, err := co.Create(ctx, req)
	co.MustAnswer("the first CreateVolume call again", err, codes.OK)
	co.MustBe(again.GetVolumeId() == first.GetVolumeId() && again.GetCapacityBytes() == first.GetCapacityBytes(),
		"the first volume as it was, "+first.String(), again.String())
}

package protocol

import (
	"context"
	"fmt"

	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// RepeatedVolumeIsTheSame: a sidecar repeats a call whenever it does not know the answer to the first.
var RepeatedVolumeIsTheSame = catalogue.Requirement{
	ID:        "PROT-001",
	Level:     catalogue.Must,
	Statement: "a CreateVolume call that is made again is answered with the same volume",
	Source:    catalogue.CSI("CreateVolume", "the Plugin MUST reply `0 OK` with the corresponding `CreateVolumeResponse`"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket},
	Mutants: []catalogue.Mutant{
		{Name: "volume-new-at-every-call", Wrong: "every CreateVolume call makes a volume, whatever its name"},
		{Name: "repeated-creation-refused", Wrong: "a creation that is asked for again is refused, for its name is taken"},
		{Name: "repeated-volume-without-size", Wrong: "a CreateVolume call that is made again is answered without the volume's size"},
	},
}

var _ = verify.That(RepeatedVolumeIsTheSame, direct(repeatedVolumeIsTheSame))

func repeatedVolumeIsTheSame(ctx context.Context, co *orchestrator.CO) {
	req := co.NewVolume(co.Name(""))
	first := co.Need(ctx, req)
	for range 2 {
		again, err := co.Create(ctx, req)
		co.MustAnswer("the same CreateVolume call again", err, codes.OK)
		co.MustBe(again.GetVolumeId() == first.GetVolumeId(), "the volume "+orchestrator.Quote(first.GetVolumeId())+" again", "volume "+orchestrator.Quote(again.GetVolumeId()))
		co.MustBe(again.GetCapacityBytes() == first.GetCapacityBytes(), fmt.Sprintf("its %d bytes again", first.GetCapacityBytes()), fmt.Sprintf("%d bytes", again.GetCapacityBytes()))
	}
}

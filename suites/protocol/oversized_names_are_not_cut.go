package protocol

import (
	"context"
	"fmt"

	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// OversizedNamesAreNotCut: the specification binds both sides to 128 bytes and does not say what a driver answers to more.
var OversizedNamesAreNotCut = catalogue.Requirement{
	ID:        "PROT-005",
	Level:     catalogue.Must,
	Statement: "names above the length limit are refused or told apart, and the driver goes on to answer",
	Source:    catalogue.Reading("Size Limits", "a name above the limit is the CO's mistake; a driver that takes it has to take all of it, for two names that are cut to one are one volume"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket},
	Mutants: []catalogue.Mutant{
		{Name: "oversized-name-cut", Wrong: "of a volume's name only the first 128 bytes count"},
		{Name: "oversized-name-spoils-next", Wrong: "the CreateVolume call after one with a name that is too long fails"},
	},
}

var _ = verify.That(OversizedNamesAreNotCut, direct(oversizedNamesAreNotCut))

func oversizedNamesAreNotCut(ctx context.Context, co *orchestrator.CO) {
	beginning := co.Name("-")
	for _, length := range []int{longest + 1, 2000} {
		one, err := co.Create(ctx, co.NewVolume(orchestrator.LongName(beginning, length, 'a')))
		two, another := co.Create(ctx, co.NewVolume(orchestrator.LongName(beginning, length, 'b')))
		co.MustBe(err != nil || another != nil || one.GetVolumeId() != two.GetVolumeId(),
			fmt.Sprintf("two names of %d bytes to be refused, or to be two volumes", length), "volume "+orchestrator.Quote(one.GetVolumeId())+" for both")
	}
	_, err := co.Create(ctx, co.NewVolume(co.Name("")))
	co.MustAnswer("CreateVolume after names that were too long", err, codes.OK)
}

package protocol

import (
	"context"
	"fmt"
	"slices"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// LostAnswerLeavesOneVolume: the connection is cut during the call. A second volume would be nobody's; only the driver's own list
// shows it, so nothing else may be made meanwhile.
var LostAnswerLeavesOneVolume = catalogue.Requirement{
	ID:        "PROT-028",
	Level:     catalogue.Should,
	Statement: "a CreateVolume call whose answer was lost, made again on a new connection, leaves one volume",
	Source:    catalogue.CSI("CreateVolume", "If a Plugin is unable to enforce idempotency, the CO's error recovery logic could result in multiple (unused) volumes being provisioned."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket, catalogue.Disruption},
	Surveys:   true,
	Mutants: []catalogue.Mutant{
		{Name: "lost-answer-makes-two", Wrong: "a CreateVolume call after one whose answer was lost makes another volume"},
		{Name: "given-up-creation-in-the-way", Wrong: "what a CreateVolume call left that was given up is in the way of its repetition"},
	},
}

var _ = verify.That(LostAnswerLeavesOneVolume, direct(lostAnswerLeavesOneVolume))

func lostAnswerLeavesOneVolume(ctx context.Context, co *orchestrator.CO) {
	co.Needs(csi.ControllerServiceCapability_RPC_LIST_VOLUMES)
	before := co.All(ctx)
	var kept []string
	for _, patience := range momentsOfGivingUp() {
		req := co.NewVolume(co.Name(""))
		co.CutOff(ctx, req, patience)
		v, err := co.Create(ctx, req)
		co.MustAnswer(fmt.Sprintf("the CreateVolume call whose connection was cut after %s, made again,", patience), err, codes.OK)
		kept = append(kept, v.GetVolumeId())
	}
	for _, id := range co.All(ctx) {
		co.MustBe(slices.Contains(before, id) || slices.Contains(kept, id), "no volumes but those before and those that were answered", "volume "+orchestrator.Quote(id)+", too")
	}
}

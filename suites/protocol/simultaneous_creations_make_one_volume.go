package protocol

import (
	"context"

	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// SimultaneousCreationsMakeOneVolume: two provisioners that both think to be the leader, or one that was started again. ABORTED is
// an answer to all but one.
var SimultaneousCreationsMakeOneVolume = catalogue.Requirement{
	ID:        "PROT-022",
	Level:     catalogue.Should,
	Statement: "several CreateVolume calls for one name that come at once make one volume",
	Source:    catalogue.CSI("CreateVolume", "The Plugin SHOULD ensure that multiple `CreateVolume` calls for the same name do not result in more than one piece of storage provisioned corresponding to that name."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket},
	Mutants: []catalogue.Mutant{
		{Name: "simultaneous-creations-make-many", Wrong: "a CreateVolume call for a name whose volume is being made makes another one"},
		{Name: "simultaneous-creations-fail", Wrong: "a creation fails for good while another one of the same name is under way"},
	},
}

var _ = verify.That(SimultaneousCreationsMakeOneVolume, direct(simultaneousCreationsMakeOneVolume))

func simultaneousCreationsMakeOneVolume(ctx context.Context, co *orchestrator.CO) {
	req := co.NewVolume(co.Name(""))
	ids, errs := make([]string, calls), make([]error, calls)
	orchestrator.AtOnce(calls, func(n int) {
		v, err := co.CreateOnce(ctx, req)
		ids[n], errs[n] = v.GetVolumeId(), err
	})
	one := co.Need(ctx, req).GetVolumeId()
	for n, err := range errs {
		co.MustAnswer("one of eight CreateVolume calls for a name", err, codes.OK, codes.Aborted, codes.Unavailable)
		co.MustBe(err != nil || ids[n] == one, "volume "+orchestrator.Quote(one)+" in every answer that is OK", orchestrator.Quote(ids[n]))
	}
}

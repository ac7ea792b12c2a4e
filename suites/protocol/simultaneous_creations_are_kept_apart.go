package protocol

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// SimultaneousCreationsAreKeptApart: what a driver keeps of a call while it works must be that call's own.
var SimultaneousCreationsAreKeptApart = catalogue.Requirement{
	ID:        "PROT-023",
	Level:     catalogue.Must,
	Statement: "several CreateVolume calls for names of their own that come at once make a volume each",
	Source:    catalogue.CSI("CreateVolume", "This field MUST contain enough information to uniquely identify this specific volume vs all other volumes supported by this plugin."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket},
	Mutants: []catalogue.Mutant{
		{Name: "simultaneous-names-mixed", Wrong: "a CreateVolume call that comes during another one makes the other's volume"},
		{Name: "simultaneous-names-refused", Wrong: "a CreateVolume call fails for good while another one is under way"},
	},
}

var _ = verify.That(SimultaneousCreationsAreKeptApart, direct(simultaneousCreationsAreKeptApart))

func simultaneousCreationsAreKeptApart(ctx context.Context, co *orchestrator.CO) {
	requests, owners := make([]*csi.CreateVolumeRequest, calls), map[string]string{}
	for n := range requests {
		requests[n] = co.NewVolume(co.Name(""))
	}
	ids, errs := make([]string, calls), make([]error, calls)
	orchestrator.AtOnce(calls, func(n int) {
		v, err := co.Create(ctx, requests[n])
		ids[n], errs[n] = v.GetVolumeId(), err
	})
	for n, err := range errs {
		co.MustAnswer("one of eight CreateVolume calls for names of their own", err, codes.OK)
		co.MustBe(owners[ids[n]] == "", "a volume of its own for "+requests[n].GetName(), orchestrator.Quote(ids[n])+", which "+owners[ids[n]]+" has, too")
		owners[ids[n]] = requests[n].GetName()
	}
}

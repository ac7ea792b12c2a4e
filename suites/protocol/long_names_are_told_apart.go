package protocol

import (
	"context"

	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// LongNamesAreToldApart: storage with shorter names of its own must not cut a CO's, or two claims have one volume.
var LongNamesAreToldApart = catalogue.Requirement{
	ID:        "PROT-004",
	Level:     catalogue.Must,
	Statement: "two names of the full length that differ in their last letter are two volumes",
	Source:    catalogue.CSI("Size Limits", "Unless otherwise specified, fields SHALL NOT exceed the limits documented here."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket},
	Mutants: []catalogue.Mutant{
		{Name: "volume-name-cut", Wrong: "of a volume's name only the first 63 bytes count"},
		{Name: "alike-names-clash", Wrong: "a name that another one resembles in its first 63 letters and digits is refused as taken"},
	},
}

var _ = verify.That(LongNamesAreToldApart, direct(longNamesAreToldApart))

func longNamesAreToldApart(ctx context.Context, co *orchestrator.CO) {
	beginning := co.Name("-")
	one := co.Need(ctx, co.NewVolume(orchestrator.LongName(beginning, longest, 'a')))
	two, err := co.Create(ctx, co.NewVolume(orchestrator.LongName(beginning, longest, 'b')))
	co.MustAnswer("CreateVolume with another name of 128 bytes", err, codes.OK)
	co.MustBe(one.GetVolumeId() != two.GetVolumeId(), "a volume for each of two names of 128 bytes", "volume "+orchestrator.Quote(one.GetVolumeId())+" for both")
}

package protocol

import (
	"context"

	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// SimilarNamesAreToldApart: names end in paths, labels and tables that know fewer letters. A driver may refuse such a name; it
// must not take two for one. Those with paths lead to names of our own, wherever a driver without a check goes.
var SimilarNamesAreToldApart = catalogue.Requirement{
	ID:        "PROT-006",
	Level:     catalogue.Must,
	Statement: "names that differ in case, in a space or in a path's marks are different volumes",
	Source:    catalogue.Reading("CreateVolume", "the name is what identifies a volume until it has an ID, and any Unicode string may be one: what is made of a name must not be the same for two"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket},
	Mutants: []catalogue.Mutant{
		{Name: "volume-name-flattened", Wrong: "in a volume's name case does not count, and everything that is not a letter or a digit is a dash"},
		{Name: "alike-names-clash", Wrong: "a name that another one resembles in its first 63 letters and digits is refused as taken"},
		{Name: "repeated-creation-refused", Wrong: "a creation that is asked for again is refused, for its name is taken"},
		{Name: "volume-new-at-every-call", Wrong: "every CreateVolume call makes a volume, whatever its name"},
	},
}

var _ = verify.That(SimilarNamesAreToldApart, direct(similarNamesAreToldApart))

func similarNamesAreToldApart(ctx context.Context, co *orchestrator.CO) {
	owners := map[string]string{}
	stem := co.Name("")
	for _, ending := range []string{"-a", "-A", "_a", ".a", " a", "/a", "/../" + stem[1:] + "-up", "%2Fa", "-ä", "$a", "-a/..", "/a/../../" + stem[1:] + "-upper"} {
		v, err := co.Create(ctx, co.NewVolume(stem+ending))
		if err != nil {
			co.MustAnswer("CreateVolume with the name "+orchestrator.Quote(stem+ending), err, codes.InvalidArgument)
			continue
		}
		before, taken := owners[v.GetVolumeId()]
		co.MustBe(!taken, "the names "+orchestrator.Quote(before)+" and "+orchestrator.Quote(stem+ending)+" to be two volumes", "volume "+orchestrator.Quote(v.GetVolumeId())+" for both")
		owners[v.GetVolumeId()] = stem + ending
	}
	if len(owners) < 2 {
		co.Unsupported("the driver accepts no two names that are alike")
	}
	for id, name := range owners {
		again, err := co.Create(ctx, co.NewVolume(name))
		co.MustAnswer("CreateVolume again with the name "+orchestrator.Quote(name), err, codes.OK)
		co.MustBe(again.GetVolumeId() == id, "volume "+orchestrator.Quote(id)+" again", orchestrator.Quote(again.GetVolumeId()))
	}
}

package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// NoClassMeansNoClass: the empty class name is an answer, not a gap to be filled.
var NoClassMeansNoClass = catalogue.Requirement{
	ID:        "BIND-009",
	Level:     catalogue.Must,
	Statement: "a claim whose class is the empty string is bound only to a volume without a class",
	Source:    catalogue.Docs("concepts/storage/persistent-volumes#class-1", "A PVC with its storageClassName set equal to \"\" is always interpreted to be requesting a PV with no class"),
	Mutants: []catalogue.Mutant{
		{Name: "classless-claim-gets-class", Wrong: "a claim that asked for no class is given one"},
		{Name: "volume-class-lost", Wrong: "the volume is in no class, so claims of none may have it"},
	},
}

var _ = verify.That(NoClassMeansNoClass, func(ctx context.Context, bench *lab.Bench) {
	class := bench.ImmediateClass(ctx)
	bench.Volume(ctx, bench.Node(), class, lab.OfSize("1Gi"), lab.Labelled("csicert.dev/for", bench.Name()))
	classless := bench.Volume(ctx, bench.Node(), "", lab.OfSize("2Gi"), lab.Labelled("csicert.dev/for", bench.Name()))
	// A volume without a class is anybody's on this cluster: the label keeps this one for this claim.
	bench.Claim(ctx, "", lab.Selecting("csicert.dev/for", bench.Name())).Must(ctx, witness.BeBoundTo(classless.Name()))
})

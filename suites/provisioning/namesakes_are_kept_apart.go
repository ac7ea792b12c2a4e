package provisioning

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// NamesakesAreKeptApart: every team calls its claim data. A driver that makes a volume's folder of the claim's name gives
// one team the files of the other, and deletes both with either.
var NamesakesAreKeptApart = catalogue.Requirement{
	ID:        "PROV-016",
	Level:     catalogue.Must,
	Statement: "claims of one name in two namespaces get a volume each, and the deletion of one leaves the other's data",
	Source:    catalogue.Docs("concepts/overview/working-with-objects/namespaces", "Names of resources need to be unique within a namespace, but not across namespaces."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "namesakes-share-a-volume", Wrong: "a volume is known by its claim's name, whose namespace does not count"},
		{Name: "volumes-share-data", Wrong: "all volumes of a node show one folder", Further: true},
		catalogue.AlsoSpoilt(2), catalogue.Spoilt(6),
	},
}

var _ = verify.That(NamesakesAreKeptApart, func(ctx context.Context, bench *lab.Bench) {
	class, there := bench.Class(ctx), bench.Neighbour(ctx)
	one, other := bench.Claim(ctx, class), there.Claim(ctx, class)
	Expect(one.Name()).To(Equal(other.Name()), "the names of the claims: this run could not tell")
	first := bench.Pod(ctx, lab.Using(one))
	first.Reach(ctx, witness.Run())
	second := there.Pod(ctx, lab.Using(other), lab.OnlyOn(bench.NodeOf(first)))
	Expect(handle(ctx, bench, one)).NotTo(Equal(handle(ctx, there, other)))

	second.Reach(ctx, witness.Run())
	written := there.Fill(ctx, second, payload.Small(2))
	bench.Fill(ctx, first, payload.Small(1))
	there.MustHold(ctx, second, written, payload.Core)
	volume := bench.Backing(one)
	bench.Retire(ctx, first)
	bench.Retire(ctx, one)
	volume.Gone(ctx)
	there.MustHold(ctx, second, written, payload.Core)
})

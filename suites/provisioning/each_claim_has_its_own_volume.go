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

// EachClaimHasItsOwnVolume: two claims get two handles, and behind them two volumes: on one node, where they are most
// easily mixed up, neither shows the other's files.
var EachClaimHasItsOwnVolume = catalogue.Requirement{
	ID:        "PROV-009",
	Level:     catalogue.Must,
	Statement: "two claims get two volumes with handles of their own, and neither shows the other's data",
	Source:    catalogue.Docs("concepts/storage/persistent-volumes#binding", "A PVC to PV binding is a one-to-one mapping, using a ClaimRef which is a bi-directional binding between the PersistentVolume and the PersistentVolumeClaim."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "every-claim-one-volume", Wrong: "the driver hands out one volume again and again"},
		{Name: "volumes-share-data", Wrong: "all volumes of a node show one folder"},
		catalogue.AlsoSpoilt(2), catalogue.Spoilt(6),
	},
}

var _ = verify.That(EachClaimHasItsOwnVolume, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx)
	one, other := bench.Claim(ctx, class), bench.Claim(ctx, class)
	first := bench.Pod(ctx, lab.Using(one))
	first.Reach(ctx, witness.Run())
	second := bench.Pod(ctx, lab.Using(other), lab.OnlyOn(bench.NodeOf(first)))
	Expect(handle(ctx, bench, one)).NotTo(Equal(handle(ctx, bench, other)))

	second.Reach(ctx, witness.Run())
	inOne := bench.Fill(ctx, first, payload.Small(1))
	inOther := bench.Fill(ctx, second, payload.Small(2))
	bench.MustHold(ctx, first, inOne, payload.Core)
	bench.MustHold(ctx, second, inOther, payload.Core)
})

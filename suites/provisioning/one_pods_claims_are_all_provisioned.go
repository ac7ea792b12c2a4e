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

// OnePodsClaimsAreAllProvisioned: three volumes for one pod have to end where one node reaches them all, and are
// three.
var OnePodsClaimsAreAllProvisioned = catalogue.Requirement{
	ID:        "PROV-004",
	Level:     catalogue.Must,
	Statement: "all claims of one pod are provisioned where one node reaches them, each with data of its own",
	Source:    catalogue.Reading("concepts/storage/persistent-volumes#binding", "a pod runs on one node, so volumes that are provisioned for it are of use only if that node reaches all of them"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding},
	Mutants: []catalogue.Mutant{
		{Name: "volumes-scattered", Wrong: "every second volume is made in another zone than the scheduler chose"},
		{Name: "volumes-share-data", Wrong: "all volumes of a node show one folder"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(OnePodsClaimsAreAllProvisioned, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx, lab.Delaying())
	claims := []*lab.Claim{bench.Claim(ctx, class), bench.Claim(ctx, class), bench.Claim(ctx, class)}
	pod := bench.Pod(ctx, lab.Using(claims...))
	pod.Must(ctx, witness.Run())

	var written []payload.Manifest
	for n, claim := range claims {
		claim.Must(ctx, witness.BeBound())
		written = append(written, bench.FillNth(ctx, pod, n, payload.Small(int64(n))))
	}
	for n := range claims {
		Expect(bench.DigestNth(ctx, pod, n)).To(witness.HoldExactly(written[n], payload.Core), "claim %d", n)
	}
})

package localpv

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// TwoPodsShareTheVolume: while the first pod holds the volume, a second on the same node sees the same files,
// and the first sees what the second writes.
var TwoPodsShareTheVolume = catalogue.Requirement{
	ID:        "LOCAL-005",
	Level:     catalogue.Must,
	Statement: "a second pod on the node uses the local volume at the same time",
	Source:    catalogue.Docs("concepts/storage/persistent-volumes#access-modes", "ReadWriteOnce access mode still can allow multiple pods to access (read from or write to) that volume when the pods are running on the same node."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes},
	Mutants: []catalogue.Mutant{
		{Name: "claim-on-empty-dir", Wrong: "pods get a directory of their own instead of the volume"},
		{Name: "data-path-swapped", Wrong: "each pod sees a sub-directory of its own on the volume"},
		catalogue.AlsoSpoilt(1), catalogue.AlsoSpoilt(2), catalogue.Spoilt(3),
	},
}

var _ = verify.That(TwoPodsShareTheVolume, func(ctx context.Context, bench *lab.Bench) {
	class := bench.DelayedClass(ctx)
	bench.Volume(ctx, bench.Node(), class)
	claim := bench.Claim(ctx, class)
	first := bench.Pod(ctx, lab.Using(claim))
	second := bench.Pod(ctx, lab.Using(claim))
	first.Reach(ctx, witness.Run())
	second.Must(ctx, witness.Run())

	written := bench.Fill(ctx, first, payload.Small(1))
	bench.MustHold(ctx, second, written)
	changed := bench.Change(ctx, second, payload.Small(1))
	Expect(changed).NotTo(witness.HoldExactly(written), "the second pod changed nothing: this run could not tell")
	bench.MustHold(ctx, first, changed)
})

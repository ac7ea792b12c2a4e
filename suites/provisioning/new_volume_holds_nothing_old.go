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

// NewVolumeHoldsNothingOld: what a deleted volume held is nobody's any more. A fresh volume may hold what its file
// system brings; it is compared with the first one, before anybody wrote.
var NewVolumeHoldsNothingOld = catalogue.Requirement{
	ID:        "PROV-010",
	Level:     catalogue.Must,
	Statement: "a new volume holds nothing of what a deleted volume held",
	Source:    catalogue.Reading("concepts/storage/persistent-volumes#delete", "deletion removes the associated storage asset, so no later claim can be given what was on it"),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "volume-not-emptied", Wrong: "a new volume is a deleted one with its old files"},
	},
}

var _ = verify.That(NewVolumeHoldsNothingOld, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx)
	earlier := bench.Claim(ctx, class)
	writer := bench.Pod(ctx, lab.Using(earlier))
	writer.Reach(ctx, witness.Run())
	home, volume := bench.NodeOf(writer), bench.Backing(earlier)
	fresh := bench.Digest(ctx, writer)
	Expect(bench.Fill(ctx, writer, payload.Small(1))).NotTo(witness.HoldExactly(fresh), "nothing was written: this run could not tell")
	bench.Retire(ctx, writer)
	bench.Delete(ctx, earlier)
	volume.Gone(ctx)

	reader := bench.Pod(ctx, lab.Using(bench.Claim(ctx, class)), lab.OnlyOn(home))
	reader.Reach(ctx, witness.Run())
	bench.MustHold(ctx, reader, fresh, payload.Content)
})

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

// EveryClaimItsOwnVolume: told by the handles, and by the data whatever these say.
var EveryClaimItsOwnVolume = catalogue.Requirement{
	ID:        "PROV-004",
	Level:     catalogue.Must,
	Statement: "two claims get two volumes: what is written to one is not in the other",
	Source:    catalogue.Reading("concepts/storage/persistent-volumes#binding", "a claim to volume binding is a one to one mapping, and so is the storage behind it"),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "every-claim-one-volume", Wrong: "the driver hands out one volume again and again"},
	},
}

var _ = verify.That(EveryClaimItsOwnVolume, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx)
	first, second := bench.Claim(ctx, class), bench.Claim(ctx, class)
	writer, reader := bench.Pod(ctx, lab.Using(first)), bench.Pod(ctx, lab.Using(second))
	var handles []string
	for _, claim := range []*lab.Claim{first, second} {
		claim.Must(ctx, witness.BeBound()) // two claims get two: one that gets none is broken, too
		volume := bench.Backing(claim)
		volume.Reach(ctx, witness.BeMadeBy(bench.Driver()))
		handles = append(handles, volume.Now().Spec.CSI.VolumeHandle)
	}
	Expect(handles[0]).NotTo(Equal(handles[1]), "the driver gave two claims one volume")
	writer.Reach(ctx, witness.Run())
	reader.Reach(ctx, witness.Run())
	fresh := bench.Digest(ctx, reader)
	written := bench.Fill(ctx, writer, payload.Small(4))
	Expect(written).NotTo(witness.HoldExactly(fresh, payload.Content), "nothing was written: this run could not tell")
	Expect(bench.Digest(ctx, reader)).To(witness.HoldExactly(fresh, payload.Content))
})

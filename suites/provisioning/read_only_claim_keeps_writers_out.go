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

// ReadOnlyClaimKeepsWritersOut: by the driver and by the kubelet, which mounts such a volume read-only whatever the
// driver did; a pod cannot tell who kept it out.
var ReadOnlyClaimKeepsWritersOut = catalogue.Requirement{
	ID:        "PROV-006",
	Level:     catalogue.Must,
	Statement: "a volume that a pod asks for read-only refuses its writes, and shows it the data",
	Source:    catalogue.Reading("CSI spec, NodePublishVolume, readonly", "a volume that is published read-only must not be writable, whoever mounts it"),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "read-only-forgotten", Wrong: "the volume is mounted for writing all the same"},
	},
}

var _ = verify.That(ReadOnlyClaimKeepsWritersOut, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx)
	claim := bench.Claim(ctx, class)
	writer := bench.Pod(ctx, lab.Using(claim))
	writer.Reach(ctx, witness.Run())
	held := bench.Fill(ctx, writer, payload.Small(6))
	bench.Delete(ctx, writer)
	writer.Gone(ctx)
	reader := bench.Pod(ctx, lab.Reading(claim))
	reader.Must(ctx, witness.Run())
	Expect(bench.TryWrite(ctx, reader).Written).To(BeFalse(), "the pod wrote to a volume that it asked for read-only")
	Expect(bench.Digest(ctx, reader)).To(witness.HoldExactly(held, payload.Content))
})

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

// ReadOnlyPodCannotWrite: a pod that mounts the claim read-only reads everything and is refused a write by the
// file system.
var ReadOnlyPodCannotWrite = catalogue.Requirement{
	ID:        "LOCAL-017",
	Level:     catalogue.Must,
	Statement: "a pod that mounts a claim read-only reads it and cannot write to it",
	Source:    catalogue.API("core/v1/types.go", "readOnly Will force the ReadOnly setting in VolumeMounts."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes},
	Mutants: []catalogue.Mutant{
		{Name: "read-only-forgotten", Wrong: "the volume is mounted for writing all the same"},
		catalogue.Spoilt(1),
	},
}

var _ = verify.That(ReadOnlyPodCannotWrite, func(ctx context.Context, bench *lab.Bench) {
	class := bench.DelayedClass(ctx)
	bench.Volume(ctx, bench.Node(), class)
	claim := bench.Claim(ctx, class)
	writer := bench.Pod(ctx, lab.Using(claim))
	writer.Reach(ctx, witness.Run())
	written := bench.Fill(ctx, writer, payload.Small(1))

	reader := bench.Pod(ctx, lab.Reading(claim))
	reader.Reach(ctx, witness.Run())
	Expect(bench.TryWrite(ctx, reader).Errno).To(Equal("EROFS"))
	bench.MustHold(ctx, reader, written)
})

package publish

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ReadOnlyPodIsRefused: a pod that mounts the claim for writing writes, one that mounts it read-only reads everything
// and is refused a write by the file system.
var ReadOnlyPodIsRefused = catalogue.Requirement{
	ID:        "PUB-004",
	Level:     catalogue.Must,
	Statement: "a pod that mounts a claim read-only reads it and cannot write to it, where another could",
	Source:    catalogue.API("core/v1/types.go", "readOnly Will force the ReadOnly setting in VolumeMounts."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "read-only-forgotten", Wrong: "the volume is mounted for writing all the same"},
		{Name: "read-only-always", Wrong: "every volume is read only"},
		catalogue.AlsoSpoilt(1), catalogue.Spoilt(2),
	},
}

var _ = verify.That(ReadOnlyPodIsRefused, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx))
	writer := bench.Pod(ctx, lab.Using(claim))
	writer.Reach(ctx, witness.Run())
	Expect(bench.TryWrite(ctx, writer).Written).To(BeTrue(), "a pod that mounts the claim for writing can write")
	written := bench.Fill(ctx, writer, payload.Small(1))
	bench.Retire(ctx, writer)

	reader := bench.Pod(ctx, lab.Reading(claim))
	reader.Must(ctx, witness.Run())
	Expect(bench.TryWrite(ctx, reader).Errno).To(Equal("EROFS"))
	bench.MustHold(ctx, reader, written, payload.Core)
})

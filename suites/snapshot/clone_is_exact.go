package snapshot

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// CloneIsExact: the clone is made of a volume in use; its writer has synced.
var CloneIsExact = catalogue.Requirement{
	ID:        "SNAP-006",
	Level:     catalogue.Must,
	Statement: "a volume cloned from another holds exactly what that one held",
	Source:    catalogue.Reading("concepts/storage/volume-pvc-datasource", "a clone is a duplicate of an existing volume"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Clones, catalogue.Ownership},
	Mutants: []catalogue.Mutant{
		{Name: "restore-is-empty", Wrong: "the new volume is not filled from its source, and says that it was"},
	},
}

var _ = verify.That(CloneIsExact, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx)
	source, _, held := written(ctx, bench, class, payload.Mixed(6))
	_, reader := opened(ctx, bench, class, lab.Cloning(source))
	Expect(bench.Digest(ctx, reader)).To(witness.HoldExactly(held, payload.Content, payload.Links, payload.Modes, payload.Owners))
})

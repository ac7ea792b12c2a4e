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

// RestoreIsExact: names, types, bytes, links, modes and owners, of every kind of entry that breaks drivers.
var RestoreIsExact = catalogue.Requirement{
	ID:        "SNAP-001",
	Level:     catalogue.Must,
	Statement: "a volume restored from a snapshot holds exactly what its source held: names, types, bytes, links, modes and owners",
	Source:    catalogue.Reading("concepts/storage/volume-snapshots#provisioning-volumes-from-snapshots", "a volume pre-populated with data from a snapshot is worth its name only when no entry differs"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots, catalogue.Ownership},
	Mutants: []catalogue.Mutant{
		{Name: "restore-is-empty", Wrong: "the new volume is not filled from its source, and says that it was"},
	},
}

var _ = verify.That(RestoreIsExact, func(ctx context.Context, bench *lab.Bench) {
	class, cuts := bench.Class(ctx), bench.SnapshotClass(ctx)
	source, _, held := written(ctx, bench, class, payload.Mixed(1))
	snapshot := cut(ctx, bench, cuts, source)
	_, reader := opened(ctx, bench, class, lab.Restoring(snapshot))
	Expect(bench.Digest(ctx, reader)).To(witness.HoldExactly(held, payload.Content, payload.Links, payload.Modes, payload.Owners))
})

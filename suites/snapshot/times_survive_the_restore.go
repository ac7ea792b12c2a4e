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

// TimesSurviveTheRestore: what an incremental backup looks at.
var TimesSurviveTheRestore = catalogue.Requirement{
	ID:        "SNAP-008",
	Level:     catalogue.Should,
	Statement: "a restore keeps the times of files, their hard links and their holes",
	Source:    catalogue.Reading("concepts/storage/volume-snapshots", "tools that compare by times or count by links see a difference where the promise is a copy"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots, catalogue.Ownership},
	Mutants: []catalogue.Mutant{
		{Name: "restore-is-empty", Wrong: "the new volume is not filled from its source, and says that it was"},
	},
}

var _ = verify.That(TimesSurviveTheRestore, func(ctx context.Context, bench *lab.Bench) {
	class, cuts := bench.Class(ctx), bench.SnapshotClass(ctx)
	source, _, held := written(ctx, bench, class, payload.Mixed(8))
	snapshot := cut(ctx, bench, cuts, source)
	_, reader := opened(ctx, bench, class, lab.Restoring(snapshot))
	Expect(bench.Digest(ctx, reader)).To(witness.HoldExactly(held, payload.Times, payload.HardLinks, payload.Holes))
})

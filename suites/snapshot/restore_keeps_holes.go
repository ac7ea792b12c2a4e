package snapshot

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// sparse are the bytes that the holes of the tree save at least, where the file system keeps them; blocks of small files
// are rounded up and cost less than that.
const sparse = 1 << 20

// RestoreKeepsHoles: a sparse file of a terabyte is restored, too. What the storage says that the files take is
// compared, because not every file system tells where its holes are.
var RestoreKeepsHoles = catalogue.Requirement{
	ID:        "SNAP-005",
	Level:     catalogue.Should,
	Statement: "holes of sparse files take no room in a restored volume",
	Source:    catalogue.Reading("CSI specification, CreateVolume", "a restore that writes holes out does not fit where its source did"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots, catalogue.Ownership, catalogue.RootPods},
	Mutants: []catalogue.Mutant{
		{Name: "restore-fills-holes", Wrong: "holes are written out as zeros in the copy"},
	},
}

var _ = verify.That(RestoreKeepsHoles, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Opened(ctx, bench.PromptClass(ctx), bench.Tree(1))
	saved := bench.Room(ctx, source.Pod).Saved()
	if saved < sparse {
		bench.CannotTell("the driver's file system keeps no holes")
	}
	bench.Retire(ctx, source.Pod)
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	restored := bench.Copied(ctx, source, lab.Restoring(snapshot))
	restored.ReachRun(ctx)
	Expect(bench.Room(ctx, restored.Pod).Saved()).To(BeNumerically(">=", saved/2), "bytes that holes save")
})

package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// RestoreByReference: manifests of today name their source in dataSourceRef.
var RestoreByReference = catalogue.Requirement{
	ID:        "SNAP-033",
	Level:     catalogue.Must,
	Statement: "a claim that names its snapshot in dataSourceRef is filled like one that names it in dataSource",
	Source:    catalogue.API("core/v1/types.go", "both fields (dataSource and dataSourceRef) will be set to the same value automatically if one of them is empty and the other is non-empty."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "data-source-dropped", Wrong: "the claim loses its data source, and gets an empty volume"},
		{Name: "restore-is-empty", Wrong: "the copy is not filled, and is said to be", Further: true},
		catalogue.AlsoSpoilt(1),
	},
}

var _ = verify.That(RestoreByReference, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.PromptClass(ctx), bench.Tree(1))
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	restored := bench.Copied(ctx, source, lab.RestoringByRef(snapshot))
	restored.MustRun(ctx)
	bench.MustHold(ctx, restored.Pod, source.Written, files)
})

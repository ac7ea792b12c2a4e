package localpv

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// MissingPathIsRefused: the kubelet does not make up a directory for a local volume, and goes on once it is
// there.
var MissingPathIsRefused = catalogue.Requirement{
	ID:        "LOCAL-009",
	Level:     catalogue.Must,
	Statement: "a pod whose local volume has no directory does not run until the directory is there",
	Source:    catalogue.Docs("concepts/storage/volumes#local", "A local volume represents a mounted local storage device such as a disk, partition or directory."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes},
	Mutants: []catalogue.Mutant{
		{Name: "missing-path-is-made", Wrong: "a directory is made where the volume has none"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(MissingPathIsRefused, func(ctx context.Context, bench *lab.Bench) {
	class := bench.DelayedClass(ctx)
	volume := bench.VolumeWithoutDirectory(ctx, bench.Node(), class)
	claim := bench.Claim(ctx, class)
	pod := bench.Pod(ctx, lab.Using(claim))

	pod.Must(ctx, witness.BeRefusedMount("does not exist"))
	bench.MakeDirectory(ctx, volume)
	pod.Recover(ctx, witness.Run())
})

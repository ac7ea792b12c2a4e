package snapshot

import (
	"context"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/resource"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// LargerRestoreIsLarger: both the size that was asked for and the data, unless the driver refuses with OUT_OF_RANGE, as
// it may. A file system of the volume's own has to have grown; a share has room enough.
var LargerRestoreIsLarger = catalogue.Requirement{
	ID:        "SNAP-013",
	Level:     catalogue.Must,
	Statement: "a restore into a larger claim has the larger size and the whole content, unless it is refused",
	Source:    catalogue.CSI("CreateVolume", "MUST provide a volume that, when presented to a workload by `NodePublish` call, has both the requested (larger) size and contains data from the snapshot (or original volume)."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "larger-restore-is-empty", Wrong: "a restore that is larger than its source is not filled"},
		{Name: "larger-restore-stays-small", Wrong: "the restore has its source's size, whatever was asked for"},
		catalogue.AlsoSpoilt(2), catalogue.AlsoSpoilt(3),
	},
}

var _ = verify.That(LargerRestoreIsLarger, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Opened(ctx, bench.Class(ctx), bench.Tree(1))
	before := bench.Owner(ctx, source.Pod).TotalBytes
	bench.Retire(ctx, source.Pod)
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	asked := source.Now().Status.Capacity.Storage().DeepCopy()
	asked.Add(resource.MustParse("1Gi"))
	restored := bench.Copied(ctx, source, lab.Restoring(snapshot), lab.Asking(asked.String()))
	restored.Must(ctx, witness.BeBoundOrRefused("OutOfRange"))
	if restored.Now().Spec.VolumeName == "" {
		bench.CannotTell("the driver refuses restores that are larger than their source")
	}
	restored.Must(ctx, witness.HaveCapacity(asked.Value()))
	restored.Pod.Must(ctx, witness.Run())
	Expect(bench.Owner(ctx, restored.Pod).TotalBytes).To(Or(BeNumerically(">", before), BeNumerically(">=", asked.Value())), "bytes of the restored file system")
	bench.MustHold(ctx, restored.Pod, source.Written, files)
})

package snapshot

import (
	"context"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/resource"

	"csicert/framework/lab"
	"csicert/framework/witness"
)

// measured is a workload that was filled, and the bytes of its file system.
func measured(ctx context.Context, bench *lab.Bench) (source lab.Workload, bytes uint64) {
	source = bench.Opened(ctx, bench.Class(ctx), bench.Tree(1))
	bytes = bench.Owner(ctx, source.Pod).TotalBytes
	bench.Retire(ctx, source.Pod)
	return source, bytes
}

// mustBeLarger requires a copy for which more is asked than its source has to have it, and the source's files.
func mustBeLarger(ctx context.Context, bench *lab.Bench, source lab.Workload, before uint64, from lab.ClaimOption) {
	asked := source.Now().Status.Capacity.Storage().DeepCopy()
	asked.Add(resource.MustParse("1Gi"))
	twin := bench.Copied(ctx, source, from, lab.Asking(asked.String()))
	twin.Must(ctx, witness.BeBoundOrRefused("OutOfRange"))
	if twin.Now().Spec.VolumeName == "" {
		bench.CannotTell("the driver refuses copies that are larger than their source")
	}
	twin.Must(ctx, witness.HaveCapacity(asked.Value()))
	twin.Pod.Must(ctx, witness.Run())
	Expect(bench.Owner(ctx, twin.Pod).TotalBytes).To(Or(BeNumerically(">", before), BeNumerically(">=", asked.Value())), "bytes of the copy's file system")
	bench.MustHold(ctx, twin.Pod, source.Written, files)
}

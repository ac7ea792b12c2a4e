package protocol

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// RepeatedSnapshotIsTheSame: the snapshotter repeats the call until the snapshot is ready; a new cut each time would not be the
// moment that was asked for.
var RepeatedSnapshotIsTheSame = catalogue.Requirement{
	ID:        "PROT-016",
	Level:     catalogue.Must,
	Statement: "a CreateSnapshot call that is made again is answered with the same snapshot of the same moment",
	Source:    catalogue.CSI("CreateSnapshot", "CO SHOULD then reissue the same `CreateSnapshotRequest` periodically"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshot-new-at-every-call", Wrong: "every CreateSnapshot call cuts a snapshot, whatever its name"},
		{Name: "snapshot-time-of-the-call", Wrong: "a snapshot that is asked for again says that it was cut just now"},
		{Name: "repeated-creation-refused", Wrong: "a creation that is asked for again is refused, for its name is taken"},
	},
}

var _ = verify.That(RepeatedSnapshotIsTheSame, direct(repeatedSnapshotIsTheSame))

func repeatedSnapshotIsTheSame(ctx context.Context, co *orchestrator.CO) {
	co.Needs(csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT)
	req, first := co.NeedCut(ctx, co.NeedAny(ctx).GetVolumeId())
	for range 2 {
		again, err := co.Cut(ctx, req)
		co.MustAnswer("the same CreateSnapshot call again", err, codes.OK)
		co.MustBe(again.GetSnapshotId() == first.GetSnapshotId(), "the snapshot "+orchestrator.Quote(first.GetSnapshotId())+" again", orchestrator.Quote(again.GetSnapshotId()))
		was, now := first.GetCreationTime().AsTime(), again.GetCreationTime().AsTime()
		co.MustBe(now.Sub(was).Abs() < precision, "the creation time "+was.String()+" again", now.String())
	}
}

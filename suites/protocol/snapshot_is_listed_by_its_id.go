package protocol

import (
	"context"
	"fmt"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// SnapshotIsListedByItsID: the snapshotter asks so whether an imported snapshot is ready.
var SnapshotIsListedByItsID = catalogue.Requirement{
	ID:        "PROT-021",
	Level:     catalogue.Must,
	Statement: "a list of snapshots for an ID holds that snapshot alone, and nothing once it is deleted",
	Source:    catalogue.CSI("ListSnapshots", "List all snapshots on the storage system regardless of how they were created."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "unknown-snapshot-listed", Wrong: "the list for an ID that no snapshot has is the list of all"},
		{Name: "snapshot-filter-refused", Wrong: "a list of snapshots for one ID is refused"},
		{Name: "import-finds-nothing", Wrong: "a snapshot that is there is not found by its handle"},
		{Name: "unknown-snapshot-list-fails", Wrong: "the list for an ID that no snapshot has fails"},
	},
}

var _ = verify.That(SnapshotIsListedByItsID, direct(snapshotIsListedByItsID))

func snapshotIsListedByItsID(ctx context.Context, co *orchestrator.CO) {
	co.Needs(csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT, csi.ControllerServiceCapability_RPC_LIST_SNAPSHOTS)
	v := co.NeedAny(ctx)
	_, shot := co.NeedCut(ctx, v.GetVolumeId())
	_, beside := co.NeedCut(ctx, v.GetVolumeId())
	listed, err := co.Listed(ctx, shot.GetSnapshotId())
	co.MustAnswer("ListSnapshots for an ID", err, codes.OK)
	co.MustBe(len(listed) == 1 && listed[0].GetSnapshotId() == shot.GetSnapshotId() && listed[0].GetSourceVolumeId() == v.GetVolumeId(),
		"snapshot "+orchestrator.Quote(shot.GetSnapshotId())+" of its volume alone", fmt.Sprint(listed))
	if err := co.Drop(ctx, shot.GetSnapshotId()); err != nil {
		co.Blocked("DeleteSnapshot", err.Error())
	}
	listed, err = co.Listed(ctx, shot.GetSnapshotId())
	co.MustAnswer("ListSnapshots for the ID of a deleted snapshot", err, codes.OK, codes.NotFound)
	co.MustBe(len(listed) == 0, "no snapshot, beside which "+orchestrator.Quote(beside.GetSnapshotId())+" stands", fmt.Sprint(listed))
}

package protocol

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// SimultaneousCutsMakeOneSnapshot: ABORTED is an answer to all but one.
var SimultaneousCutsMakeOneSnapshot = catalogue.Requirement{
	ID:        "PROT-025",
	Level:     catalogue.Should,
	Statement: "several CreateSnapshot calls for one name that come at once make one snapshot",
	Source:    catalogue.CSI("CreateSnapshot", "The Plugin, SHOULD handle this as gracefully as possible, and MAY return this error code to reject secondary calls."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "simultaneous-cuts-make-many", Wrong: "a CreateSnapshot call for a name whose snapshot is being cut cuts another one"},
		{Name: "simultaneous-creations-fail", Wrong: "a creation fails for good while another one of the same name is under way"},
		{Name: "simultaneous-cuts-block-name", Wrong: "after CreateSnapshot calls for one name at once every later one for it fails"},
	},
}

var _ = verify.That(SimultaneousCutsMakeOneSnapshot, direct(simultaneousCutsMakeOneSnapshot))

func simultaneousCutsMakeOneSnapshot(ctx context.Context, co *orchestrator.CO) {
	co.Needs(csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT)
	req := co.NewCut(co.Name("-cut"), co.NeedAny(ctx).GetVolumeId())
	ids, errs := make([]string, calls), make([]error, calls)
	orchestrator.AtOnce(calls, func(n int) {
		shot, err := co.CutOnce(ctx, req)
		ids[n], errs[n] = shot.GetSnapshotId(), err
	})
	one, err := co.Cut(ctx, req)
	co.MustAnswer("the CreateSnapshot call after them", err, codes.OK)
	for n, err := range errs {
		co.MustAnswer("one of eight CreateSnapshot calls for a name", err, codes.OK, codes.Aborted, codes.Unavailable)
		co.MustBe(err != nil || ids[n] == one.GetSnapshotId(), "snapshot "+orchestrator.Quote(one.GetSnapshotId())+" in every answer that is OK", orchestrator.Quote(ids[n]))
	}
}

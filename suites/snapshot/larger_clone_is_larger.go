package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// LargerCloneIsLarger: a claim may ask for more than the volume that it clones.
var LargerCloneIsLarger = catalogue.Requirement{
	ID:        "SNAP-040",
	Level:     catalogue.Must,
	Statement: "a clone into a larger claim has the larger size and the whole content, unless it is refused",
	Source:    catalogue.CSI("CreateVolume", "MUST provide a volume that, when presented to a workload by `NodePublish` call, has both the requested (larger) size and contains data from the snapshot (or original volume)."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Clones},
	Mutants: []catalogue.Mutant{
		{Name: "larger-restore-is-empty", Wrong: "a restore that is larger than its source is not filled"},
		{Name: "larger-restore-stays-small", Wrong: "the restore has its source's size, whatever was asked for", Further: true},
		catalogue.AlsoSpoilt(2), catalogue.AlsoSpoilt(3),
	},
}

var _ = verify.That(LargerCloneIsLarger, func(ctx context.Context, bench *lab.Bench) {
	source, before := measured(ctx, bench)
	mustBeLarger(ctx, bench, source, before, lab.Cloning(source.Claim))
})

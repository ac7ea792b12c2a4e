package publish

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// UnknownMountOptionIsTold: who misspells noexec wants to know, and not to find the volume mounted without it. A driver may
// say so when the volume is made or when it is mounted, and has to say so as often as it is asked.
var UnknownMountOptionIsTold = catalogue.Requirement{
	ID:        "PUB-011",
	Level:     catalogue.Should,
	Statement: "a mount option of the class that does not exist keeps the claim or its pod waiting, with the reason",
	Source:    catalogue.Docs("concepts/storage/persistent-volumes#mount-options", "Mount options are not validated. If a mount option is invalid, the mount fails."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "mount-options-ignored", Wrong: "volumes are mounted without the options of their class"},
		{Name: "unknown-option-told-once", Wrong: "who asks again for a volume that was refused gets it, and without the mount options of its class"},
		catalogue.AlsoSpoilt(1),
	},
}

var _ = verify.That(UnknownMountOptionIsTold, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx)
	bench.Workload(ctx, class).ReachRun(ctx) // the same without the option: what follows is for its sake
	wrong := bench.Workload(ctx, bench.Class(ctx, lab.MountedWith("csicert-no-such-option")))
	wrong.Claim.Must(ctx, witness.BeBoundOrRefused("rpc error"))
	bench.Workload(ctx, class).ReachRun(ctx) // the fence: an error that passes has passed
	if wrong.Claim.Now().Spec.VolumeName != "" {
		wrong.Pod.Must(ctx, witness.BeRefusedMount("MountVolume"))
	}
})

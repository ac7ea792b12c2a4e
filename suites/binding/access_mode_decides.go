package binding

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// AccessModeDecides: a better fitting volume that does not offer the access mode is passed over.
var AccessModeDecides = catalogue.Requirement{
	ID:        "BIND-005",
	Level:     catalogue.Must,
	Statement: "a claim is bound only to a volume that offers all its access modes",
	Source:    catalogue.API("core/v1/types.go", "accessModes contains the desired access modes the volume should have."),
	Mutants: []catalogue.Mutant{
		{Name: "access-modes-widened", Wrong: "volumes offer access modes that they do not have"},
	},
}

var _ = verify.That(AccessModeDecides, func(ctx context.Context, bench *lab.Bench) {
	class := bench.ImmediateClass(ctx)
	bench.Volume(ctx, bench.Node(), class, lab.OfSize("1Gi"), lab.Offering(corev1.ReadWriteOnce))
	shared := bench.Volume(ctx, bench.Node(), class, lab.OfSize("2Gi"), lab.Offering(corev1.ReadWriteOnce, corev1.ReadWriteMany))
	bench.Claim(ctx, class, lab.Wanting(corev1.ReadWriteOnce, corev1.ReadWriteMany)).Must(ctx, witness.BeBoundTo(shared.Name()))
})

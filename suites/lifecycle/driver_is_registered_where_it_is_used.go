package lifecycle

import (
	"context"

	. "github.com/onsi/gomega"
	storagev1 "k8s.io/api/storage/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// DriverIsRegisteredWhereItIsUsed: whom a class names is known to the cluster, for volumes that outlive pods, and to
// the kubelet of the node where a pod uses one: no pod runs elsewhere with a volume of a driver, so that it runs shows it.
var DriverIsRegisteredWhereItIsUsed = catalogue.Requirement{
	ID:        "LIFE-001",
	Level:     catalogue.Must,
	Statement: "the provisioner of a class has a CSIDriver object that allows persistent volumes, and pods can use them",
	Source:    catalogue.API("storage/v1/types.go", "volumeLifecycleModes defines what kind of volumes this CSI volume driver supports."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "class-provisioner-swapped", Wrong: "the class names another provisioner than was asked for"},
		catalogue.Spoilt(1),
	},
}

var _ = verify.That(DriverIsRegisteredWhereItIsUsed, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx)
	name := bench.Provisioner(ctx, class)
	announced := bench.Announced(ctx)
	Expect(announced).To(HaveKey(name), "CSIDriver objects")
	Expect(announced[name].VolumeLifecycleModes).To(ContainElement(storagev1.VolumeLifecyclePersistent))

	pod := bench.Pod(ctx, lab.Using(bench.Claim(ctx, class)))
	pod.Must(ctx, witness.Run())
})

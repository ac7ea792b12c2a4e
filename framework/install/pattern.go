package install

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"csicert/framework/subject"
)

// Resolve replaces the classes that the definition takes from the cluster by what these say, so that specs need not
// look. Errors: Invalid for a class that is not there or is another driver's.
func (i *Installer) Resolve(ctx context.Context, d subject.Driver) (subject.Driver, error) {
	if name := d.StorageClass.FromCluster; name != "" {
		class, err := i.set.StorageV1().StorageClasses().Get(ctx, name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return d, Invalid{"storageClass.fromCluster", name + ", which is not in the cluster", "the name of a storage class of " + d.Name}
		}
		if err != nil {
			return d, fmt.Errorf("reading storage class %s: %w", name, err)
		}
		if class.Provisioner != d.Name {
			return d, Invalid{"storageClass.fromCluster", fmt.Sprintf("%s, whose provisioner is %s", name, class.Provisioner), "a storage class of " + d.Name}
		}
		d.StorageClass = subject.Class{Parameters: class.Parameters, MountOptions: class.MountOptions}
	}
	if d.SnapshotClass == nil || d.SnapshotClass.FromCluster == "" {
		return d, nil
	}
	name := d.SnapshotClass.FromCluster
	kind := schema.GroupVersionResource{Group: "snapshot.storage.k8s.io", Version: "v1", Resource: "volumesnapshotclasses"}
	class, err := i.objects.Resource(kind).Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return d, Invalid{"snapshotClass.fromCluster", name + ", which is not in the cluster", "the name of a snapshot class of " + d.Name}
	}
	if err != nil {
		return d, fmt.Errorf("reading snapshot class %s: %w", name, err)
	}
	if driver, _, _ := unstructured.NestedString(class.Object, "driver"); driver != d.Name {
		return d, Invalid{"snapshotClass.fromCluster", fmt.Sprintf("%s, whose driver is %s", name, driver), "a snapshot class of " + d.Name}
	}
	parameters, _, err := unstructured.NestedStringMap(class.Object, "parameters")
	if err != nil {
		return d, fmt.Errorf("reading snapshot class %s: %w", name, err)
	}
	d.SnapshotClass = &subject.Class{Parameters: parameters}
	return d, nil
}

package sweep

import "k8s.io/apimachinery/pkg/runtime/schema"

// step is a group of kinds that must be gone before the next: what holds another's finalizer goes first.
type step []schema.GroupVersionResource

func core(resource string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Version: "v1", Resource: resource}
}

func grouped(group, resource string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: group, Version: "v1", Resource: resource}
}

const (
	snapshots = "snapshot.storage.k8s.io"
	admission = "admissionregistration.k8s.io"
)

// steps are all kinds that runs create with their label, but for namespaces, which come last.
func steps() []step {
	return []step{
		{grouped(admission, "mutatingadmissionpolicybindings"), grouped(admission, "mutatingadmissionpolicies")}, // of mutants: what is asked for next must be honest
		{grouped("apps", "deployments"), grouped("apps", "statefulsets")},
		{core("pods")},
		{grouped(snapshots, "volumesnapshots")},
		{grouped(snapshots, "volumesnapshotcontents")},
		{core("persistentvolumeclaims")},
		{core("persistentvolumes")},
		{grouped(snapshots, "volumesnapshotclasses"), grouped("storage.k8s.io", "storageclasses")},
	}
}

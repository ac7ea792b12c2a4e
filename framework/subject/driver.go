package subject

import (
	"maps"
	"slices"
	"strings"
	"time"

	"csicert/framework/catalogue"
	"csicert/framework/document"
)

// APIVersion and Kind stand at the head of a definition.
const (
	APIVersion = "csicert/v1"
	Kind       = "Driver"
)

// Driver is a CSI driver and what it claims: the definition that a vendor writes.
type Driver struct {
	APIVersion string `json:"apiVersion"` // csicert/v1
	Kind       string `json:"kind"`       // Driver
	// Name is that of the driver's CSIDriver object.
	Name string `json:"name"`
	// Namespace is where the driver's pods run: their logs become evidence.
	Namespace string  `json:"namespace,omitempty"`
	Install   Install `json:"install,omitzero"`
	// StorageClass is the pattern of the classes that specs make: its parameters, mount options.
	StorageClass Class `json:"storageClass"`
	// SnapshotClass is the pattern of the snapshot classes; needed by the capability snapshots.
	SnapshotClass *Class `json:"snapshotClass,omitempty"`
	// BindingModes that the driver supports; both by default.
	BindingModes []string `json:"bindingModes,omitempty"`
	// Topology says where volumes can be reached; needed by the capability topology.
	Topology *Topology `json:"topology,omitempty"`
	// Capabilities that the driver claims beyond provisioning. What is not claimed is reported as unsupported.
	Capabilities []catalogue.Capability `json:"capabilities,omitempty"`
	// Storage says where on nodes the driver keeps what it made; leave it out where that is elsewhere.
	Storage *Storage `json:"storage,omitempty"`
	// Controller says where the controller answers; by default where its sidecars were told to look.
	Controller *Controller `json:"controller,omitempty"`
	// VolumeSize is what claims ask for, at least; 1Gi by default.
	VolumeSize string `json:"volumeSize,omitempty"`
	// Budgets lengthen (or shorten) single budgets, as in bind: 2m.
	Budgets map[string]string `json:"budgets,omitempty"`

	// Remarks are what a reader of the definition should know: of Kubernetes' format only, which takes any key.
	Remarks  []Remark `json:"-"`
	file     string
	places   *document.Document
	external bool // read from Kubernetes' format
}

// Install says how the driver comes into the cluster; empty: it is there already.
type Install struct {
	Bundled   bool     `json:"bundled,omitempty"`   // csicert's own driver, built and deployed by csicert
	Manifests []string `json:"manifests,omitempty"` // files, relative to the definition, applied in this order
}

// Class is a pattern for classes: one that stands in the cluster, or what is written here.
type Class struct {
	FromCluster  string            `json:"fromCluster,omitempty"` // name of a class of this driver
	Parameters   map[string]string `json:"parameters,omitempty"`
	MountOptions []string          `json:"mountOptions,omitempty"` // of a storage class only
}

// Topology is what the driver's volumes are bound to.
type Topology struct {
	// Keys are the node labels of the segments that a volume belongs to, as in its node affinity.
	Keys []string `json:"keys"`
	// AlsoAllowed are further node labels that a class may name in allowedTopologies.
	AlsoAllowed []string `json:"alsoAllowed,omitempty"`
	// Partial describes classes whose storage is in some segments only; leave it out where there are none.
	Partial *Partial `json:"partial,omitempty"`
}

// Partial is a pattern for classes that other segments have no storage of: a pool of disks, a kind of disk.
type Partial struct {
	Segments   []string          `json:"segments"`   // values of the first of Keys: where the storage is
	Parameters map[string]string `json:"parameters"` // of the classes, beside those of storageClass or instead of them
}

// Controller is the socket of the driver's controller plugin, for the requirements that call it without a sidecar.
type Controller struct {
	Selector  string `json:"selector"`  // labels of its pods, such as app=disk-controller; in the driver's namespace
	Container string `json:"container"` // one of the pod's that sees the socket
	Socket    string `json:"socket"`    // its path in that container
}

// Storage lets leftovers be found: after each spec nothing may stand there that is called by the handle of one of its
// volumes or snapshots, by the last part of the handle after a dot, slash or hash, or by the name of its object.
type Storage struct {
	// NodeFolders are folders of the nodes' disks, looked into up to four folders deep.
	NodeFolders []string `json:"nodeFolders"`
}

// Folders are those of the nodes that the driver keeps volumes and snapshots in.
func (d *Driver) Folders() []string {
	if d == nil || d.Storage == nil {
		return nil
	}
	return d.Storage.NodeFolders
}

// With is these budgets with the definition's in their place. Errors: Invalid, for a budget that there is not or whose time
// is none.
func (d *Driver) With(b Budgets) (Budgets, error) {
	fields := b.byName()
	for _, name := range slices.Sorted(maps.Keys(d.Budgets)) {
		field, known := fields[name]
		if !known {
			return Budgets{}, wrong("budgets."+name, "an unknown budget"+document.DidYouMean(name, slices.Sorted(maps.Keys(fields))), strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
		}
		t, err := time.ParseDuration(d.Budgets[name])
		if err != nil || t <= 0 {
			return Budgets{}, wrong("budgets."+name, quoted(d.Budgets[name]), "a time above zero, such as 90s")
		}
		*field = t
	}
	return b, nil
}

func (b *Budgets) byName() map[string]*time.Duration {
	return map[string]*time.Duration{"bind": &b.Bind, "start": &b.Start, "retry": &b.Retry, "data": &b.Data, "delete": &b.Delete, "undo": &b.Undo, "snapshot": &b.Snapshot}
}

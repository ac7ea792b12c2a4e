package catalogue

// Capability is something that a subject or its cluster may lack without being wrong. A requirement that needs
// a capability which the subject does not claim is Unsupported; one which the cluster lacks is Skipped.
type Capability string

// What a cluster may lack.
const (
	// LocalVolumes: the cluster lets pods use directories of a node's own disk.
	LocalVolumes Capability = "local-volumes"
	// TwoNodes: at least two nodes that pods may run on.
	TwoNodes Capability = "two-nodes"
	// ThreeNodes: at least three nodes that pods may run on.
	ThreeNodes Capability = "three-nodes"
	// TwoZones: the nodes stand in at least two zones.
	TwoZones Capability = "two-zones"
	// Disruption: the run may cordon nodes and kill the driver's processes; always so on a cluster that the run created.
	Disruption Capability = "disruption"
	// RootPods: pods may run as root, whose files may have any owner.
	RootPods Capability = "root-pods"
	// DriverSocket: the run may reach the socket at which the driver's controller answers, inside its pod; so wherever it may disrupt.
	DriverSocket Capability = "driver-socket"
)

// What a driver claims, in its definition or by being there.
const (
	// Driver: a CSI driver is judged, and it provisions volumes.
	Driver Capability = "driver"
	// DelayedBinding: its classes may wait for the first consumer.
	DelayedBinding Capability = "delayed-binding"
	// ImmediateBinding: its classes may bind at once.
	ImmediateBinding Capability = "immediate-binding"
	// Topology: its volumes belong to a segment, which a class may choose by allowedTopologies.
	Topology Capability = "topology"
	// PartialStorage: it has classes whose storage is in some segments only (topology.partial of the definition).
	PartialStorage Capability = "partial-storage"
	// Snapshots: it cuts snapshots and restores them into new volumes.
	Snapshots Capability = "snapshots"
	// RestoreElsewhere: a snapshot may be restored, and a volume cloned, into another segment than its source's.
	RestoreElsewhere Capability = "restore-elsewhere"
	// Clones: it fills a new volume from an existing one.
	Clones Capability = "clones"
	// Expansion: a claim may grow while a pod uses it.
	Expansion Capability = "expansion"
	// ReadWriteMany: pods of several nodes write to one volume.
	ReadWriteMany Capability = "read-write-many"
	// ReadWriteOncePod: it allows the access mode ReadWriteOncePod.
	ReadWriteOncePod Capability = "read-write-once-pod"
	// Ownership: files keep owners, groups and modes that a pod gives them.
	Ownership Capability = "ownership"
	// Group: a pod's fsGroup is given the volume.
	Group Capability = "fs-group"
)

// Claims are the capabilities that a definition may list. The others follow from it.
func Claims() []Capability {
	return []Capability{Topology, Snapshots, RestoreElsewhere, Clones, Expansion, ReadWriteMany, ReadWriteOncePod, Ownership, Group}
}

// OfDriver tells the claims of a driver from what a cluster lacks.
func (c Capability) OfDriver() bool {
	switch c {
	case LocalVolumes, TwoNodes, ThreeNodes, TwoZones, Disruption, RootPods, DriverSocket:
		return false
	}
	return true
}

// Sentence says, for a skip or an unsupported requirement, what is missing.
func (c Capability) Sentence() string {
	if s, ok := sentences()[c]; ok {
		return s
	}
	return "capability " + string(c) + " is not there"
}

func sentences() map[Capability]string {
	return map[Capability]string{
		LocalVolumes:     "pods may not use directories of a node's disk",
		TwoNodes:         "the cluster has fewer than two nodes that pods may run on",
		ThreeNodes:       "the cluster has fewer than three nodes that pods may run on",
		TwoZones:         "the nodes stand in fewer than two zones",
		Disruption:       "the run may not cordon nodes or kill processes of this cluster (allow it with --allow-disruption)",
		RootPods:         "pods may not run as root here (--pod-security restricted)",
		DriverSocket:     "the run may not reach into the driver's pods (allow it with --allow-disruption)",
		Driver:           "no CSI driver is judged in this run",
		DelayedBinding:   "the driver does not claim delayed binding",
		ImmediateBinding: "the driver does not claim immediate binding",
		Topology:         "the driver does not claim topology",
		PartialStorage:   "the driver's definition describes no class whose storage is in some segments only (topology.partial)",
		Snapshots:        "the driver does not claim snapshots",
		RestoreElsewhere: "the driver does not claim to restore into another segment",
		Clones:           "the driver does not claim clones",
		Expansion:        "the driver does not claim expansion",
		ReadWriteMany:    "the driver does not claim volumes that several nodes write to",
		ReadWriteOncePod: "the driver does not claim the access mode ReadWriteOncePod",
		Ownership:        "the driver does not claim to keep owners and modes",
		Group:            "the driver does not claim to give a volume to a pod's group",
	}
}

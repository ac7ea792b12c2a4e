package catalogue

// Capability is something that a subject or its cluster may lack without being wrong. A requirement that needs
// a capability which the subject does not claim is Unsupported; one which the cluster lacks is Skipped.
type Capability string

const (
	// LocalVolumes: the cluster lets pods use directories of a node's own disk.
	LocalVolumes Capability = "local-volumes"
	// TwoNodes: at least two nodes that pods may run on.
	TwoNodes Capability = "two-nodes"
	// ThreeNodes: at least three nodes that pods may run on.
	ThreeNodes Capability = "three-nodes"
	// TwoZones: the nodes stand in at least two zones.
	TwoZones Capability = "two-zones"
	// Disruption: the run may cordon nodes; always so on a cluster that the run created.
	Disruption Capability = "disruption"
)

// Sentence says, for a skip or an unsupported requirement, what is missing.
func (c Capability) Sentence() string {
	switch c {
	case LocalVolumes:
		return "pods may not use directories of a node's disk"
	case TwoNodes:
		return "the cluster has fewer than two nodes that pods may run on"
	case ThreeNodes:
		return "the cluster has fewer than three nodes that pods may run on"
	case TwoZones:
		return "the nodes stand in fewer than two zones"
	case Disruption:
		return "the run may not cordon nodes of this cluster (allow it with --allow-disruption)"
	}
	return "capability " + string(c) + " is not there"
}

package nfs

import (
	"hash/fnv"
	"slices"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// place lists the zones in which the volume may be, the best first: preferred ones in their order, then requisite ones
// in theirs; where nothing is asked for, all, from one that the name decides, so that volumes spread. Keys other than
// ZoneKey say on which node the volume will be used, which within a zone is no matter. Zones are those that the class has
// filers in. Errors: RESOURCE_EXHAUSTED when no requisite topology is one of them (CSI, CreateVolume errors).
func place(zones []string, name string, asked *csi.TopologyRequirement) ([]string, error) {
	requisite := known(zones, asked.GetRequisite())
	if len(asked.GetRequisite()) > 0 && len(requisite) == 0 {
		return nil, status.Errorf(codes.ResourceExhausted, "accessibility_requirements.requisite: no topology with %s among %q, where the class has filers", ZoneKey, zones)
	}
	preferred := known(zones, asked.GetPreferred())
	if len(requisite) > 0 {
		preferred = slices.DeleteFunc(preferred, func(z string) bool { return !slices.Contains(requisite, z) })
	}
	var order []string
	for _, z := range append(preferred, requisite...) {
		if !slices.Contains(order, z) {
			order = append(order, z)
		}
	}
	if len(order) > 0 {
		return order, nil
	}
	if len(asked.GetPreferred()) > 0 {
		return nil, status.Errorf(codes.ResourceExhausted, "accessibility_requirements.preferred: no topology with %s among %q, where the class has filers", ZoneKey, zones)
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(name)) // a hash takes everything
	first := int(hash.Sum32() % uint32(len(zones)))
	return append(slices.Clone(zones[first:]), zones[:first]...), nil
}

// known are the zones of the topologies, those that have a filer.
func known(zones []string, topologies []*csi.Topology) []string {
	var found []string
	for _, t := range topologies {
		if z := t.GetSegments()[ZoneKey]; slices.Contains(zones, z) {
			found = append(found, z)
		}
	}
	return found
}

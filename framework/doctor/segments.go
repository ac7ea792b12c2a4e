package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"csicert/framework/catalogue"
)

// segments looks at the topology that the driver registered.
func (e *examination) segments() {
	if e.seen.Driver == nil || len(e.seen.Registered) == 0 {
		return
	}
	var keys []string
	for _, node := range slices.Sorted(maps.Keys(e.seen.Registered)) {
		for _, key := range e.seen.Registered[node] {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	if e.driver.Topology == nil {
		if len(keys) > 0 {
			e.tell(Warning, "the driver registered the topology keys "+strings.Join(keys, ", ")+", and the definition claims no topology",
				"where volumes are made stays unjudged, and pods may be sent where they cannot reach them", "add topology.keys to the definition", catalogue.Topology)
		}
		return
	}
	for i, key := range e.driver.Topology.Keys {
		if !slices.Contains(keys, key) {
			e.mend(fmt.Sprintf("topology.keys[%d]", i), fmt.Sprintf("%q, with which no node registered the driver", key), "no volume could be bound to a segment that nobody knows",
				"those of the CSINode objects: "+orNone(keys))
			continue
		}
		values := e.labels(key)
		if i == 0 {
			e.partial(key, values)
		}
	}
}

// partial looks for workers in and outside of the segments that have the storage of some classes.
func (e *examination) partial(key string, values []string) {
	partial := e.driver.Topology.Partial
	if partial == nil || len(values) < 2 { // one segment is told of already
		return
	}
	there := slices.DeleteFunc(slices.Clone(values), func(v string) bool { return !slices.Contains(partial.Segments, v) })
	if len(there) == 0 || len(there) == len(values) {
		e.tell(Warning, fmt.Sprintf("topology.partial.segments names %s; the workers stand in %s", strings.Join(partial.Segments, ", "), strings.Join(values, ", ")),
			"what becomes of a pod that is sent where its class has no storage shows only where workers stand both in and outside of these segments",
			"name in topology.partial.segments some of the segments, and not all, that workers stand in", catalogue.PartialStorage)
	}
}

// labels looks for the segments of a key on the workers, and returns them.
func (e *examination) labels(key string) (values []string) {
	var unlabelled []string
	for _, w := range e.seen.Workers {
		if _, there := e.seen.Registered[w.Name]; !there {
			continue
		}
		value := w.Labels[key]
		if value == "" {
			unlabelled = append(unlabelled, w.Name)
		} else if !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	if len(unlabelled) > 0 {
		e.tell(Error, fmt.Sprintf("the driver runs on nodes without the label %s: %s", key, strings.Join(unlabelled, ", ")),
			"the scheduler cannot tell which segment they are in", "restart the node plugin there: the kubelet sets the label when it registers")
	}
	if len(values) == 1 {
		e.tell(Warning, fmt.Sprintf("all workers are in one segment: %s=%s", key, values[0]), "that volumes are made in the right segment shows only where there are several",
			"judge on a cluster with several segments for the whole certificate", catalogue.TwoZones, catalogue.Topology)
	}
	return values
}

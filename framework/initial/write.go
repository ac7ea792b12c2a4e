package initial

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/subject"
)

// Definition is a definition of the driver, with comments. It claims only what was seen.
func (s Seen) Definition() (string, error) {
	var w strings.Builder
	line := func(text, comment string) {
		if comment != "" {
			comment = " # " + comment
		}
		fmt.Fprintf(&w, "%s%s\n", text, comment)
	}
	line("# Written by csicert init from what a cluster showed; csicert doctor holds it against the cluster.", "")
	line("apiVersion: "+subject.APIVersion, "")
	line("kind: "+subject.Kind, "")
	line(fmt.Sprintf("name: %q", s.Name), "its CSIDriver object")
	if s.Namespace != "" {
		line(fmt.Sprintf("namespace: %q", s.Namespace), s.Found)
	} else {
		line("# namespace: where the driver's pods are", "nothing there names the driver; without it their logs are no evidence")
	}
	line("storageClass:", "")
	if s.Class != nil {
		line(fmt.Sprintf("  fromCluster: %q", s.Class.Name), "of its classes, the one that says the least; specs make classes of their own after it")
	} else {
		line("  parameters: {}", "the driver has no class here; write the parameters that its classes need")
	}
	claims := s.claims()
	if cuts := s.cuts(); cuts != "" && len(claims[catalogue.Snapshots]) > 0 {
		line("snapshotClass:", "")
		line(fmt.Sprintf("  fromCluster: %q", cuts), "")
	}
	if keys := s.keys(); len(keys) > 0 {
		line("topology:", "")
		line(fmt.Sprintf("  keys: [%q]", keys[0]), "the label whose values are the segments: of those that its nodes registered (CSINode), the likeliest")
		if len(keys) > 1 {
			line("  alsoAllowed:", "registered too: a class may name them")
		}
		for _, key := range keys[1:] {
			line(fmt.Sprintf("  - %q", key), "")
		}
		line("  # partial: {segments: [zone-b], parameters: {pool: ssd}}", "where a class has storage in some segments only: what becomes of pods elsewhere is judged")
	}
	line("# bindingModes: [WaitForFirstConsumer]", "both, where nothing is said")
	line("# volumeSize: 1Gi", "the least that claims ask for")
	if len(claims) == 0 {
		line("capabilities: []", "")
	} else {
		line("capabilities:", "")
	}
	for _, c := range catalogue.Claims() {
		if why := claims[c]; why != "" {
			line("- "+string(c), why)
		}
	}
	line("# What a cluster does not show. Claim what the driver does: what is not claimed is not judged.", "")
	for _, c := range catalogue.Claims() {
		if claims[c] == "" {
			line("# - "+string(c), meaning(c))
		}
	}
	if _, err := subject.Parse([]byte(w.String())); err != nil {
		return "", fmt.Errorf("writing the definition of %s: %w", s.Name, err)
	}
	return w.String(), nil
}

// claims are the capabilities that can be seen, with where.
func (s Seen) claims() map[catalogue.Capability]string {
	all := map[catalogue.Capability]string{}
	if keys := s.keys(); len(keys) > 0 {
		all[catalogue.Topology] = "its nodes registered topology keys"
	}
	if at := s.runs("csi-snapshotter"); at != "" && s.cuts() != "" {
		all[catalogue.Snapshots] = "a csi-snapshotter runs in " + at + ", and it has a snapshot class"
	}
	if at := s.runs("csi-resizer"); at != "" && s.Class != nil && s.Class.AllowVolumeExpansion != nil && *s.Class.AllowVolumeExpansion {
		all[catalogue.Expansion] = "a csi-resizer runs in " + at + ", and the class allows it"
	}
	if d := s.Driver; d != nil && d.Spec.FSGroupPolicy != nil && *d.Spec.FSGroupPolicy == storagev1.FileFSGroupPolicy {
		all[catalogue.Group] = "its CSIDriver object says fsGroupPolicy: File"
	}
	return all
}

func (s Seen) runs(program string) string {
	for _, p := range s.Programs {
		if p.Image == program && p.Namespace == s.Namespace {
			return p.Workload
		}
	}
	return ""
}

func (s Seen) cuts() string {
	for _, name := range slices.Sorted(maps.Keys(s.SnapshotClasses)) {
		if s.SnapshotClasses[name] == s.Name {
			return name
		}
	}
	return ""
}

// keys are those that every node registered, the likeliest for the volumes' segments first: one by which the workers stand apart, of
// these a zone.
func (s Seen) keys() []string {
	var keys []string
	for i, node := range slices.Sorted(maps.Keys(s.Registered)) {
		if i == 0 {
			keys = slices.Clone(s.Registered[node])
		}
		keys = slices.DeleteFunc(keys, func(key string) bool { return !slices.Contains(s.Registered[node], key) })
	}
	rank := func(key string) int {
		switch {
		case !s.apart(key):
			return 3
		case key == corev1.LabelTopologyZone:
			return 0
		case strings.HasSuffix(key, "/zone"): // a driver's own
			return 1
		}
		return 2
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	return keys
}

// apart tells whether the workers have several values of the label.
func (s Seen) apart(key string) bool {
	return slices.ContainsFunc(s.Workers, func(w lab.Node) bool { return w.Labels[key] != s.Workers[0].Labels[key] })
}

// meaning says of a capability what its claim means.
func meaning(c catalogue.Capability) string {
	return map[catalogue.Capability]string{
		catalogue.Topology:         "its volumes belong to a segment, which a class may choose by allowedTopologies; it needs topology.keys",
		catalogue.Snapshots:        "it cuts snapshots and restores them into new volumes; it needs snapshotClass",
		catalogue.RestoreElsewhere: "a snapshot may be restored, and a volume cloned, into another segment than its source's",
		catalogue.Clones:           "it fills a new volume from an existing one",
		catalogue.Expansion:        "a claim may grow while a pod uses it",
		catalogue.ReadWriteMany:    "pods of several nodes write to one volume",
		catalogue.ReadWriteOncePod: "it allows the access mode ReadWriteOncePod",
		catalogue.Ownership:        "files keep owners, groups and modes that a pod gives them",
		catalogue.Group:            "a pod's fsGroup is given the volume",
	}[c]
}

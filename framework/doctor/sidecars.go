package doctor

import (
	"fmt"
	"slices"
	"strings"

	"csicert/framework/catalogue"
)

func (e *examination) snapshots() {
	if !e.claims(catalogue.Snapshots) {
		return
	}
	for _, kind := range []string{"volumesnapshots", "volumesnapshotcontents", "volumesnapshotclasses"} {
		v1, there := e.seen.SnapshotKinds[kind+"."+snapshotGroup]
		switch {
		case !there:
			e.tell(Error, "there is no custom resource definition "+kind+"."+snapshotGroup, "snapshots are claimed, and none can be asked for", "install the definitions of the external-snapshotter, v1")
		case !v1:
			e.tell(Error, kind+"."+snapshotGroup+" does not serve v1", "csicert asks for v1, as all releases since 2020 do", "update the definitions of the external-snapshotter")
		}
	}
	if !e.runs(snapshotController) {
		e.tell(Warning, "no workload of this cluster runs the snapshot-controller", "without it no snapshot is bound; a provider may run it out of sight",
			"install it, once for the cluster, unless your provider does", catalogue.Snapshots)
	}
}

// sidecars looks at what stands beside the driver's controller, where the definition says which namespace that is in.
func (e *examination) sidecars() {
	if e.driver.Namespace == "" {
		e.tell(Note, "the definition names no namespace", "the driver's logs are missing from evidence, and its sidecars cannot be looked at", "add namespace to the definition")
		return
	}
	for _, needed := range []struct {
		program string
		of      catalogue.Capability
		claimed bool
	}{
		{"csi-provisioner", catalogue.Driver, true},
		{"csi-snapshotter", catalogue.Snapshots, e.claims(catalogue.Snapshots)},
		{"csi-resizer", catalogue.Expansion, e.claims(catalogue.Expansion)},
	} {
		if needed.claimed && !e.runs(needed.program) {
			e.tell(Warning, fmt.Sprintf("no workload in namespace %s runs %s", e.driver.Namespace, needed.program), "what is claimed is never asked of the driver",
				"add the sidecar, or mend namespace in the definition", needed.of)
		}
	}
	for _, p := range e.seen.Programs {
		e.sidecar(p)
	}
}

// sidecar looks at the flags of one.
func (e *examination) sidecar(p Program) {
	if !slices.Contains([]string{"csi-provisioner", "csi-snapshotter", "csi-resizer", snapshotController}, p.Image) {
		return
	}
	if p.Replicas > 1 && !p.has("leader-election", "true") {
		e.tell(Error, fmt.Sprintf("%s runs %d times in %s without --leader-election", p.Image, p.Replicas, p.Workload), "each of them would make every volume or snapshot",
			"add --leader-election, or run it once")
	}
	if p.Image != "csi-provisioner" {
		return
	}
	if e.driver.Topology != nil && strings.Contains(p.flag("feature-gates"), "Topology=false") {
		e.tell(Error, "csi-provisioner in "+p.Workload+" has --feature-gates=Topology=false", "it never tells the driver where a volume is wanted", "take the gate away")
	}
	if d := e.seen.Driver; d != nil && d.Spec.StorageCapacity != nil && *d.Spec.StorageCapacity && !p.has("enable-capacity", "true") {
		e.tell(Warning, "the CSIDriver object says storageCapacity: true, and csi-provisioner in "+p.Workload+" lacks --enable-capacity",
			"the scheduler looks for capacity that nobody publishes: pods of delayed claims stay Pending", "add --enable-capacity, or take storageCapacity away", catalogue.DelayedBinding)
	}
}

func (e *examination) runs(program string) bool {
	return slices.ContainsFunc(e.seen.Programs, func(p Program) bool { return p.Image == program && p.Replicas > 0 })
}

// flag is the value of a flag; "true" where it stands alone, empty where it is not there.
func (p Program) flag(name string) string {
	for i, arg := range p.Args {
		word := strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-")
		if word == arg {
			continue
		}
		key, value, assigned := strings.Cut(word, "=")
		switch {
		case key != name:
		case assigned:
			return value
		case i+1 < len(p.Args) && !strings.HasPrefix(p.Args[i+1], "-"):
			return p.Args[i+1]
		default:
			return "true"
		}
	}
	return ""
}

func (p Program) has(name, value string) bool { return p.flag(name) == value }

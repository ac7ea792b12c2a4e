package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"csicert/framework/catalogue"
	"csicert/framework/subject"
)

const (
	snapshotController = "snapshot-controller"

	newestMinor     = 37 // of the Kubernetes that this harness is built and tested with
	supportedMinors = 4
)

// Examine judges what was seen of a cluster for the driver that the definition describes.
func Examine(s Seen, d subject.Driver, requirements []catalogue.Requirement) Findings {
	e := examination{seen: s, driver: d, requirements: requirements, found: Findings{}}
	e.version()
	e.watches()
	e.rights()
	e.zones()
	e.installed()
	e.segments()
	e.limits()
	e.bounds()
	e.classes()
	e.snapshots()
	e.sidecars()
	return e.found
}

type examination struct {
	seen         Seen
	driver       subject.Driver
	requirements []catalogue.Requirement
	found        Findings
}

func (e *examination) tell(severity Severity, what, why, fix string, affects ...catalogue.Capability) {
	e.found = append(e.found, Finding{severity, what, why, fix, e.needing(affects)})
}

// mend tells of a key of the definition with which a run may not start.
func (e *examination) mend(key, found, why, accepted string) {
	e.tell(Error, e.driver.Wrong(key, found, accepted).Place()+": found "+found, why, "accepted: "+accepted)
}

// needing are the requirements that need any of the capabilities.
func (e *examination) needing(any []catalogue.Capability) []catalogue.ID {
	var ids []catalogue.ID
	for _, r := range e.requirements {
		if slices.ContainsFunc(any, func(c catalogue.Capability) bool { return slices.Contains(r.Needs, c) }) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

func (e *examination) claims(c catalogue.Capability) bool {
	return slices.Contains(e.driver.Capabilities, c)
}

func (e *examination) version() {
	minor, err := strconv.Atoi(e.seen.Minor)
	switch {
	case err != nil:
		e.tell(Note, fmt.Sprintf("the cluster says that its minor version is %q", e.seen.Minor), "only released versions of Kubernetes are tested with",
			"nothing, unless a requirement fails that speaks of words of Kubernetes' own")
	case minor > newestMinor || minor <= newestMinor-supportedMinors:
		e.tell(Warning, fmt.Sprintf("Kubernetes is 1.%d", minor), "other versions word their events and conditions in other ways",
			fmt.Sprintf("judge on 1.%d to 1.%d", newestMinor-supportedMinors+1, newestMinor))
	}
}

// enoughWatches is what kind's documentation tells to set (https://kind.sigs.k8s.io/docs/user/known-issues/, "too many open files").
const enoughWatches = 512

// watches looks at a limit that the nodes of kind share with everything else on their machine, which may be this one.
func (e *examination) watches() {
	if e.seen.Kind && e.seen.Watches > 0 && e.seen.Watches < enoughWatches {
		e.tell(Warning, fmt.Sprintf("the nodes are kind's, and fs.inotify.max_user_instances of this machine is %d", e.seen.Watches),
			"where the nodes are on this machine, kubelets and sidecars fail with \"too many open files\"", fmt.Sprintf("sysctl fs.inotify.max_user_instances=%d", enoughWatches))
	}
}

// rights looks at what the run may do. Without snapshots their kinds may be absent, and so the rights to them.
func (e *examination) rights() {
	denied := slices.DeleteFunc(slices.Clone(e.seen.Denied), func(right string) bool {
		return strings.HasSuffix(right, "."+snapshotGroup) && !e.claims(catalogue.Snapshots)
	})
	if len(denied) > 0 {
		e.tell(Error, "this user of the cluster may not "+strings.Join(denied, ", "), "the run would end halfway, with an error of the harness",
			"bind the user to a ClusterRole with the rules that csicert job prints")
	}
}

// zones looks at what the requirements of Kubernetes' own placement need.
func (e *examination) zones() {
	var without []string
	for _, w := range e.seen.Workers {
		if w.Zone == "" {
			without = append(without, w.Name)
		}
	}
	if len(without) > 0 {
		e.tell(Warning, "nodes without the label "+corev1.LabelTopologyZone+": "+strings.Join(without, ", "), "no pod can be sent to a zone that its node does not tell",
			"label every worker with its zone, or take the requirements on zones as unsupported", catalogue.TwoZones)
	}
}

// installed looks at the driver that should be there already.
func (e *examination) installed() {
	if e.seen.Driver == nil {
		e.mend("name", fmt.Sprintf("%q, and there is no CSIDriver object %s", e.driver.Name, e.driver.Name), "no driver of this name is installed, or it never said so: nothing could be judged",
			"one that kubectl get csidrivers lists; or install the driver")
		return
	}
	if len(e.seen.Registered) == 0 {
		e.tell(Error, "no node has registered "+e.driver.Name, "its node plugin runs nowhere, or its kubelets do not know it: no pod can use a volume",
			"look at the node plugin's pods and their registrar")
		return
	}
	var without []string
	for _, w := range e.seen.Workers {
		if _, there := e.seen.Registered[w.Name]; !there {
			without = append(without, w.Name)
		}
	}
	if len(without) > 0 {
		e.tell(Note, "these nodes have no plugin of the driver: "+strings.Join(without, ", "), "pods with its volumes cannot run there",
			"nothing, if that is meant")
	}
}

// fewVolumes on one node at a time are enough for specs that run beside each other.
const fewVolumes = 8

// limits looks at how many volumes nodes may have.
func (e *examination) limits() {
	var few []string
	for _, node := range slices.Sorted(maps.Keys(e.seen.Limits)) {
		if most := e.seen.Limits[node]; most < fewVolumes {
			few = append(few, fmt.Sprintf("%s (%d)", node, most))
		}
	}
	if len(few) > 0 {
		e.tell(Warning, "these nodes may have few volumes of the driver at a time: "+strings.Join(few, ", "),
			"pods of specs that run beside each other wait for a place, and may be called stuck", "judge with --procs 1", catalogue.Driver)
	}
}

// bounds looks for what namespaces are given when they are made, the run's own among them: it has one name in several.
func (e *examination) bounds() {
	var usual []string
	for _, bound := range slices.Sorted(maps.Keys(e.seen.Bounds)) {
		if in := e.seen.Bounds[bound]; in > 1 {
			usual = append(usual, fmt.Sprintf("%s (in %d namespaces)", bound, in))
		}
	}
	if len(usual) > 0 {
		e.tell(Warning, "namespaces of this cluster seem to be given "+strings.Join(usual, ", "),
			"where the run's own are, too, pods and claims beyond it are refused, and their specs end blocked",
			"have whoever gives it leave out namespaces whose name begins with csicert-, or judge with --procs 1", catalogue.Driver)
	}
}

func (e *examination) classes() {
	if name := e.driver.StorageClass.FromCluster; name != "" {
		e.owned("storageClass.fromCluster", "storage class", name, e.seen.Classes)
	}
	if e.driver.SnapshotClass != nil && e.driver.SnapshotClass.FromCluster != "" && e.seen.SnapshotKinds["volumesnapshotclasses."+snapshotGroup] {
		e.owned("snapshotClass.fromCluster", "snapshot class", e.driver.SnapshotClass.FromCluster, e.seen.SnapshotClasses)
	}
}

// owned looks for a class, which has to be the driver's.
func (e *examination) owned(key, kind, name string, classes map[string]string) {
	var own []string
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		if classes[class] == e.driver.Name {
			own = append(own, class)
		}
	}
	owner, there := classes[name]
	switch {
	case !there:
		e.mend(key, fmt.Sprintf("%q, and there is no %s %s", name, kind, name), "every claim would wait for it", "those of the driver: "+orNone(own))
	case owner != e.driver.Name:
		e.mend(key, fmt.Sprintf("%q, and %s %s is of %s", name, kind, name, owner), "another driver would be judged", "those of the driver: "+orNone(own))
	}
}

func orNone(words []string) string {
	if len(words) == 0 {
		return "there are none"
	}
	return strings.Join(words, ", ")
}

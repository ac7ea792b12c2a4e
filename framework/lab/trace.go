package lab

import (
	"cmp"
	"slices"
	"time"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"csicert/framework/trace"
	"csicert/framework/witness"
)

// provisionedBy is the annotation by which a provisioner says that it made a volume.
const provisionedBy = "pv.kubernetes.io/provisioned-by"

// Trace is what the watches have shown of the spec's objects. It is to be taken before Undo, which forgets them.
func (b *Bench) Trace() trace.Trace {
	t := trace.Trace{Began: b.began.UTC()}
	lives := b.lab.journal.lives(b.owns)
	if b.neighbour != nil {
		lives = append(lives, b.neighbour.lab.journal.lives(b.owns)...)
	}
	for _, life := range lives {
		t.Objects = append(t.Objects, life.traced(b.began))
	}
	first := func(o trace.Object) float64 { return o.States[0].At }
	slices.SortStableFunc(t.Objects, func(a, b trace.Object) int {
		return cmp.Or(cmp.Compare(first(a), first(b)), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return t
}

// life is the versions of one object: of one UID, since a name may be given again.
type life struct {
	kind     string
	versions []version
}

// lives are those of the objects that are meant in any of their versions, of those that are gone, too.
func (j *journal) lives(meant func(client.Object) bool) []life {
	j.mu.Lock()
	defer j.mu.Unlock()
	var all []life
	for k, versions := range j.versions {
		if !slices.ContainsFunc(versions, func(v version) bool { return meant(v.object) }) {
			continue
		}
		of := map[types.UID]int{}
		for _, v := range versions {
			at, there := of[v.object.GetUID()]
			if !there {
				at = len(all)
				of[v.object.GetUID()] = at
				all = append(all, life{kind: k.kind})
			}
			all[at].versions = append(all[at].versions, v)
		}
	}
	return all
}

func (l life) traced(began time.Time) trace.Object {
	last := l.versions[len(l.versions)-1].object
	o := trace.Object{Kind: l.kind, Name: last.GetName(), Uses: uses(last)}
	switch it := last.(type) {
	case *corev1.Pod:
		o.Node = it.Spec.NodeName
	case *corev1.PersistentVolume:
		o.Provisioner, o.Segment = it.Annotations[provisionedBy], segment(it)
	}
	come := func(at time.Time, what string) {
		if _, ever := o.When(what); !ever {
			o.States = append(o.States, trace.State{At: at.Sub(began).Round(time.Millisecond).Seconds(), What: what})
		}
	}
	come(l.versions[0].seen, trace.Created)
	for _, v := range l.versions {
		for _, what := range states(v.object) {
			come(v.seen, what)
		}
		if v.gone {
			come(v.seen, trace.Gone)
		}
	}
	return o
}

// states are what can be said of one version.
func states(o client.Object) (all []string) {
	says := func(holds bool, what string) {
		if holds {
			all = append(all, what)
		}
	}
	switch o := o.(type) {
	case *corev1.PersistentVolumeClaim:
		says(o.Annotations[witness.SelectedNode] != "", trace.Selected)
		says(o.Status.Phase != "" && o.Status.Phase != corev1.ClaimPending, string(o.Status.Phase))
	case *corev1.Pod:
		says(o.Spec.NodeName != "", trace.Scheduled)
		says(o.Status.Phase != "" && o.Status.Phase != corev1.PodPending, string(o.Status.Phase))
	case *corev1.PersistentVolume:
		says(o.Status.Phase != "" && o.Status.Phase != corev1.VolumePending, string(o.Status.Phase))
	case *snapshotv1.VolumeSnapshot:
		says(o.Status != nil && o.Status.BoundVolumeSnapshotContentName != nil, trace.Bound)
		says(o.Status != nil && o.Status.ReadyToUse != nil && *o.Status.ReadyToUse, trace.Ready)
	case *snapshotv1.VolumeSnapshotContent:
		says(o.Status != nil && o.Status.ReadyToUse != nil && *o.Status.ReadyToUse, trace.Ready)
	}
	says(o.GetDeletionTimestamp() != nil, trace.Ending)
	return all
}

// uses names what the object mounts, is filled from or stands for.
func uses(o client.Object) []trace.Ref {
	switch o := o.(type) {
	case *corev1.Pod:
		var claims []trace.Ref
		for _, v := range o.Spec.Volumes {
			if v.PersistentVolumeClaim != nil {
				claims = append(claims, trace.Ref{Kind: trace.Claim, Name: v.PersistentVolumeClaim.ClaimName})
			}
			if v.Ephemeral != nil {
				claims = append(claims, trace.Ref{Kind: trace.Claim, Name: o.Name + "-" + v.Name})
			}
		}
		return claims
	case *corev1.PersistentVolumeClaim:
		if r := o.Spec.DataSourceRef; r != nil {
			return []trace.Ref{filledFrom(r.Kind, r.Name)}
		}
		if r := o.Spec.DataSource; r != nil {
			return []trace.Ref{filledFrom(r.Kind, r.Name)}
		}
	case *corev1.PersistentVolume:
		if r := o.Spec.ClaimRef; r != nil {
			return []trace.Ref{{Kind: trace.Claim, Name: r.Name}}
		}
	case *snapshotv1.VolumeSnapshot:
		if name := o.Spec.Source.PersistentVolumeClaimName; name != nil {
			return []trace.Ref{{Kind: trace.Claim, Name: *name}}
		}
	case *snapshotv1.VolumeSnapshotContent:
		return []trace.Ref{{Kind: trace.Snapshot, Name: o.Spec.VolumeSnapshotRef.Name}}
	}
	return nil
}

func filledFrom(kind, name string) trace.Ref {
	if kind == "VolumeSnapshot" {
		return trace.Ref{Kind: trace.Snapshot, Name: name}
	}
	return trace.Ref{Kind: trace.Claim, Name: name}
}

// segment is what a volume's affinity requires, by node label; of several terms all values.
func segment(v *corev1.PersistentVolume) map[string][]string {
	if v.Spec.NodeAffinity == nil || v.Spec.NodeAffinity.Required == nil {
		return nil
	}
	all := map[string][]string{}
	for _, term := range v.Spec.NodeAffinity.Required.NodeSelectorTerms {
		for _, e := range term.MatchExpressions {
			if e.Operator != corev1.NodeSelectorOpIn {
				continue
			}
			for _, value := range e.Values {
				if !slices.Contains(all[e.Key], value) {
					all[e.Key] = append(all[e.Key], value)
				}
			}
		}
	}
	return all
}

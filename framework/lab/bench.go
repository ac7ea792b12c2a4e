package lab

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"csicert/framework/catalogue"
	"csicert/framework/evidence"
)

// Bench is where one spec works. Its verbs are for the spec's own goroutine.
type Bench struct {
	*story
	lab       *Lab
	req       catalogue.Requirement
	prefix    string // of every object's name: the requirement's ID, lower case
	counts    map[string]int
	undo      []undoing // undone last to first
	turn      func()    // ends the turn to kill that was taken, and that no kill has used
	neighbour *Bench    // in another namespace
	requests  int64     // API requests that the process had made when the bench was opened
	volumes   []*Volume
	driven    []string        // classes of the driver's that this bench made
	prompt    map[string]bool // those that bind before their pods come
	spread    int             // where in the list of nodes this spec starts, so that specs share the nodes
}

// story is what happens in one spec, on whichever of its benches.
type story struct {
	judged   int  // judgements begun
	stuck    bool // it did not get to where the spec wanted to judge
	timeline []string
	began    time.Time
}

// undoing takes back one thing. Last ones wait until no object of the spec is left.
type undoing struct {
	what string
	do   func(context.Context) error
	last bool
	cut  *key // of a snapshot
	done bool // before its turn
}

// Bench opens a bench for the requirement. Seed spreads the specs of a run over the nodes.
func (l *Lab) Bench(req catalogue.Requirement, seed int64) *Bench {
	spread := int(seed % int64(len(l.nodes)))
	for _, r := range string(req.ID) {
		spread += int(r)
	}
	return &Bench{lab: l, req: req, prefix: strings.ToLower(string(req.ID)), counts: map[string]int{}, prompt: map[string]bool{}, story: &story{began: time.Now()},
		requests: l.clients.requests.Load(), spread: spread}
}

// Nodes are the workers, starting at another one for every spec.
func (b *Bench) Nodes() []Node {
	n := b.spread % len(b.lab.nodes)
	return append(append([]Node{}, b.lab.nodes[n:]...), b.lab.nodes[:n]...)
}

// Node is a worker for specs that need only one.
func (b *Bench) Node() Node { return b.Nodes()[0] }

// OnePerZone is a worker of every zone, for specs that take all zones in turn.
func (b *Bench) OnePerZone() []Node { return OnePerZone(b.Nodes()) }

// InZone names the workers of a zone.
func (b *Bench) InZone(zone string) []string {
	return b.Labelling(corev1.LabelTopologyZone, zone)
}

// Name is the requirement's ID as it stands in the names of the spec's objects, with the namespace of the process:
// nothing else in the cluster has it.
func (b *Bench) Name() string { return b.lab.namespace + "-" + b.prefix }

// name gives the next object of a kind its name: local-002-claim-1.
func (b *Bench) name(kind string) string {
	b.counts[kind]++
	return b.prefix + "-" + kind + "-" + strconv.Itoa(b.counts[kind])
}

// labels go on every object.
func (b *Bench) labels() map[string]string {
	all := map[string]string{LabelRun: b.lab.cfg.Run, LabelNS: b.lab.namespace, LabelSpec: b.prefix}
	for k, v := range b.lab.cfg.Labels {
		all[k] = v
	}
	return all
}

// create is the only way to an object: it labels it, creates it and records the undoing.
func (b *Bench) create(ctx context.Context, kind string, o client.Object) {
	ginkgo.GinkgoHelper()
	labels := b.labels()
	for k, v := range o.GetLabels() {
		labels[k] = v
	}
	o.SetLabels(labels)
	what := kind + " " + o.GetName()
	sent := o.DeepCopyObject().(client.Object) // the answer is decoded into it: what admission changed is not ours to send again
	if err := b.lab.clients.objects.Create(ctx, sent); err != nil {
		b.blocked("creating "+what, err.Error())
	}
	o.SetUID(sent.GetUID())
	b.say("created %s", what)
	b.undo = append(b.undo, b.removal(kind, o))
}

func (b *Bench) removal(kind string, o client.Object) undoing {
	return undoing{what: kind + " " + o.GetName(), do: func(ctx context.Context) error { return b.remove(ctx, o) }}
}

func (b *Bench) remove(ctx context.Context, o client.Object) error {
	return client.IgnoreNotFound(b.lab.clients.objects.Delete(ctx, o))
}

// Delete asks for an object's deletion; Must or Reach then tell what came of it.
func (b *Bench) Delete(ctx context.Context, it interface{ object() client.Object }) {
	ginkgo.GinkgoHelper()
	o := it.object()
	if err := b.remove(ctx, o); err != nil {
		b.blocked("deleting "+o.GetName(), err.Error())
	}
	b.say("asked for the deletion of %s", o.GetName())
}

// say writes a line of the spec's timeline, with the seconds since the bench was opened.
func (b *Bench) say(format string, args ...any) {
	line := fmt.Sprintf("%7.3fs %s", time.Since(b.began).Seconds(), fmt.Sprintf(format, args...))
	b.timeline = append(b.timeline, line)
	ginkgo.GinkgoWriter.Println(line)
}

// blocked ends the spec without a judgement: the bench did not get to where the spec wanted to judge.
func (b *Bench) blocked(verb, why string) {
	ginkgo.GinkgoHelper()
	reason := verb + ": " + why
	b.say("blocked: %s", reason)
	b.stuck = true
	ginkgo.AddReportEntry(string(catalogue.MarkBlocked), reason, ginkgo.ReportEntryVisibilityNever)
	ginkgo.Fail("blocked before the judgement: " + reason)
}

// Requests is how many API requests the spec has made.
func (b *Bench) Requests() int64 { return b.lab.clients.requests.Load() - b.requests }

// Timeline is what the spec did and saw, a line each.
func (b *Bench) Timeline() string { return strings.Join(b.timeline, "\n") }

// Scenes are where to look for evidence about the spec. What the driver said of it is in the first.
func (b *Bench) Scenes() []evidence.Scene {
	scenes := []evidence.Scene{b.scene()}
	if b.neighbour != nil {
		other := b.neighbour.scene()
		other.NoLogs = true
		scenes = append(scenes, other)
	}
	return scenes
}

func (b *Bench) scene() evidence.Scene {
	made := b.lab.journal.existing(func(o client.Object) bool {
		_, snapshot := o.(*snapshotv1.VolumeSnapshot)
		_, content := o.(*snapshotv1.VolumeSnapshotContent)
		return b.owns(o) && (snapshot || content || o.GetLabels()[LabelSpec] == "")
	})
	driverNS := ""
	if d := b.lab.cfg.Driver; d != nil {
		driverNS = d.Namespace
	}
	return evidence.Scene{Made: made, DriverNS: driverNS, NoLogs: b.lab.cfg.Expected && !b.stuck, Set: b.lab.clients.set, Namespace: b.lab.namespace, Selector: LabelSpec + "=" + b.prefix + "," + LabelNS + "=" + b.lab.namespace, Prefix: b.prefix}
}

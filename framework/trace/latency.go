package trace

// Latency is a time that users wait for.
type Latency string

// Latencies, in the order in which reports show them. A delayed claim and its copy wait for a pod before anything can
// happen: their clock starts with the later of the claim's and its first pod's creation.
const (
	ClaimToBound      Latency = "claim to Bound"      // of claims that a driver provisioned
	SnapshotToReady   Latency = "snapshot to ready"   // from its creation to readyToUse; not of one that adopts a content
	RestoreToReadable Latency = "restore to readable" // of a claim filled from a snapshot or claim, to its first pod's running
	PodToRunning      Latency = "pod to Running"      // of pods that mount a claim, from their creation
)

// Latencies are all there are.
func Latencies() []Latency {
	return []Latency{ClaimToBound, SnapshotToReady, RestoreToReadable, PodToRunning}
}

// Sample is one such time.
type Sample struct {
	Latency Latency
	Object  string // name of the claim, snapshot or pod
	Seconds float64
}

// Samples are the times that the trace tells, in the order of its objects. An object that never came to the end of a
// latency has none.
func (t Trace) Samples() []Sample {
	var all []Sample
	add := func(l Latency, o Object, from, to float64) {
		all = append(all, Sample{l, o.Name, max(to-from, 0)})
	}
	for _, o := range t.Objects {
		created, known := o.When(Created)
		if !known {
			continue
		}
		switch o.Kind {
		case Claim:
			pod, used := t.firstPodOf(o)
			from := created
			if waits, there := pod.When(Created); used && there {
				from = max(from, waits)
			}
			if bound, yes := o.When(Bound); yes && t.provisioned(o) {
				if from > bound { // it did not wait for the pod
					add(ClaimToBound, o, created, bound)
				} else {
					add(ClaimToBound, o, from, bound)
				}
			}
			if runs, yes := pod.When(Running); used && yes && len(o.Uses) > 0 {
				add(RestoreToReadable, o, from, runs)
			}
		case Snapshot:
			if ready, yes := o.When(Ready); yes && len(o.Uses) > 0 {
				add(SnapshotToReady, o, created, ready)
			}
		case Pod:
			if runs, yes := o.When(Running); yes && len(o.Uses) > 0 {
				add(PodToRunning, o, created, runs)
			}
		}
	}
	return all
}

func (t Trace) firstPodOf(claim Object) (first Object, found bool) {
	var earliest float64
	for _, o := range t.Objects {
		created, known := o.When(Created)
		if o.Kind == Pod && known && o.uses(claim) && (!found || created < earliest) {
			first, found, earliest = o, true, created
		}
	}
	return first, found
}

func (t Trace) provisioned(claim Object) bool {
	for _, o := range t.Objects {
		if o.Kind == Volume && o.Provisioner != "" && o.uses(claim) {
			return true
		}
	}
	return false
}

func (o Object) uses(other Object) bool {
	for _, r := range o.Uses {
		if r.Kind == other.Kind && r.Name == other.Name {
			return true
		}
	}
	return false
}

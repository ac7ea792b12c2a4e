package lab

import (
	"context"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// key names an object in the journal.
type key struct{ kind, namespace, name string }

// version is an object as the watch showed it at one moment.
type version struct {
	object client.Object
	seen   time.Time
	gone   bool
}

// journal keeps every version of every object of this process that its watches showed, in the order of the watch,
// so that a spec can wait for a state and can also say that a state never was.
type journal struct {
	mu       sync.Mutex
	versions map[key][]version
	events   map[types.UID][]corev1.Event
	changed  chan struct{} // closed and replaced at every change
}

func newJournal() *journal {
	return &journal{versions: map[key][]version{}, events: map[types.UID][]corev1.Event{}, changed: make(chan struct{})}
}

func (j *journal) write(k key, object client.Object, gone bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.versions[k] = append(j.versions[k], version{object: object, seen: time.Now(), gone: gone})
	j.announce()
}

// tell records an event; one that is repeated replaces its earlier self.
func (j *journal) tell(e corev1.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	all := slices.DeleteFunc(j.events[e.InvolvedObject.UID], func(old corev1.Event) bool { return old.UID == e.UID })
	j.events[e.InvolvedObject.UID] = append(all, e)
	j.announce()
}

func (j *journal) announce() {
	close(j.changed)
	j.changed = make(chan struct{})
}

// await looks at once, and again after each change of anything, until look has seen enough or the context ends. The error
// is why it ended.
func (j *journal) await(ctx context.Context, look func() bool) error {
	for {
		j.mu.Lock()
		changed := j.changed
		j.mu.Unlock()
		if look() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// read returns the versions of an object, and the events that speak of its last one.
func (j *journal) read(k key) ([]version, []corev1.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	all := slices.Clone(j.versions[k])
	var events []corev1.Event
	if len(all) > 0 {
		events = slices.Clone(j.events[all[len(all)-1].object.GetUID()])
	}
	return all, events
}

// existing returns the last versions of the objects that still exist and are meant, oldest first.
func (j *journal) existing(meant func(client.Object) bool) []client.Object {
	j.mu.Lock()
	defer j.mu.Unlock()
	var found []client.Object
	for _, all := range j.versions {
		last := all[len(all)-1]
		if !last.gone && meant(last.object) {
			found = append(found, last.object)
		}
	}
	slices.SortFunc(found, func(a, b client.Object) int { return a.GetCreationTimestamp().Compare(b.GetCreationTimestamp().Time) })
	return found
}

// ever returns every version of the objects that are meant, of those that are gone, too.
func (j *journal) ever(meant func(client.Object) bool) (found []client.Object) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, all := range j.versions {
		for _, v := range all {
			if meant(v.object) {
				found = append(found, v.object)
			}
		}
	}
	return found
}

// forget drops what is known of the objects that are meant and gone, so that a long run does not grow.
func (j *journal) forget(meant func(client.Object) bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for k, all := range j.versions {
		last := all[len(all)-1]
		if last.gone && meant(last.object) {
			delete(j.events, last.object.GetUID())
			delete(j.versions, k)
		}
	}
}

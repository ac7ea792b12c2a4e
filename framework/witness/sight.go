// Package witness says whether what was seen is what was required, and when it is not, why not.
//
// Every matcher is a gomega matcher made by gcustom over a Sight. It knows three answers: yes, not yet, and never:
// a state from which the required one cannot follow any more ends a wait at once (gomega.StopTrying).
package witness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/gcustom"
	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Sight is an object as a watch last showed it, with the events that speak of it, oldest first.
type Sight[T client.Object] struct {
	Name   string // kind and name, for messages; set also when the object was never seen
	Seen   bool   // the object exists or has existed
	Gone   bool   // it existed and was deleted
	Object T      // the last version; zero when never seen
	Events []corev1.Event
}

// Shorthands for the kinds that specs look at.
type (
	Claim  = Sight[*corev1.PersistentVolumeClaim]
	Volume = Sight[*corev1.PersistentVolume]
	Pod    = Sight[*corev1.Pod]
)

// here tells whether there is an object to look at.
func (s Sight[T]) here() bool { return s.Seen && !s.Gone }

func (s Sight[T]) absence() string {
	if s.Gone {
		return s.Name + " was deleted"
	}
	return s.Name + " does not exist"
}

// lastEvents tells the latest few events in words, newest first; the cause of a wait is nearly always there.
func (s Sight[T]) lastEvents() string {
	const few = 3
	var words []string
	for _, e := range slices.Backward(s.Events) {
		if len(words) == few {
			break
		}
		words = append(words, fmt.Sprintf("%s: %s", e.Reason, strings.TrimSpace(e.Message)))
	}
	if len(words) == 0 {
		return "no events"
	}
	return "events: " + strings.Join(words, " | ")
}

// event returns the latest event with the reason whose message holds the text.
func (s Sight[T]) event(reason, text string) (corev1.Event, bool) {
	for _, e := range slices.Backward(s.Events) {
		if e.Reason == reason && strings.Contains(e.Message, text) {
			return e, true
		}
	}
	return corev1.Event{}, false
}

// sentence is the data of the failure template: what was required, and how to say what was seen.
type sentence[T client.Object] struct {
	Want string
	Saw  func(Sight[T]) string
}

// match builds a matcher. look answers yes or not yet, or returns never(...) as its error.
func match[T client.Object](want string, look func(Sight[T]) (bool, error), saw func(Sight[T]) string) types.GomegaMatcher {
	said := func(s Sight[T]) string {
		if !s.here() {
			return s.absence()
		}
		return s.Name + " " + saw(s) + "; " + s.lastEvents()
	}
	return gcustom.MakeMatcher(func(s Sight[T]) (bool, error) {
		if !s.here() {
			return false, nil
		}
		return look(s)
	}).WithTemplate("expected: {{.Actual.Name}} {{.To}} {{.Data.Want}}\nobserved: {{call .Data.Saw .Actual}}", sentence[T]{Want: want, Saw: said})
}

// never ends a wait: the required state cannot follow from the one seen.
func never(format string, args ...any) error {
	return gomega.StopTrying(fmt.Sprintf(format, args...))
}

// BeGone holds when the object existed and was deleted.
func BeGone[T client.Object]() types.GomegaMatcher {
	return gcustom.MakeMatcher(func(s Sight[T]) (bool, error) { return s.Gone, nil }).
		WithTemplate("expected: {{.Actual.Name}} {{.To}} be gone\nobserved: it is still there; {{.Data}}", "its deletion has not ended")
}

// BeThere holds while the object exists.
func BeThere[T client.Object]() types.GomegaMatcher {
	return gcustom.MakeMatcher(func(s Sight[T]) (bool, error) { return s.here(), nil }).
		WithTemplate("expected: {{.Actual.Name}} {{.To}} be there\nobserved: {{if .Actual.Gone}}it was removed{{else}}it was never seen{{end}}")
}

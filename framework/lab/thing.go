package lab

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"csicert/framework/witness"
)

// Thing is an object on the bench, followed by a watch.
type Thing[T client.Object] struct {
	b    *Bench
	key  key
	made T // as created; zero for what a controller creates
}

// Name is the object's name.
func (t *Thing[T]) Name() string { return t.key.name }

func (t *Thing[T]) object() client.Object { return t.made }

// Now is the object as the watch last showed it, or as it was created when no watch has shown it yet.
func (t *Thing[T]) Now() T {
	if s := t.sight(); s.Seen {
		return s.Object
	}
	return t.made
}

// own tells an object from an earlier one of its name.
func (t *Thing[T]) own(o T) bool {
	var none T
	return any(t.made) == any(none) || t.made.GetUID() == "" || t.made.GetUID() == o.GetUID()
}

func (t *Thing[T]) sight() witness.Sight[T] {
	versions, events := t.b.lab.journal.read(t.key)
	s := witness.Sight[T]{Name: t.key.kind + " " + t.key.name, Seen: len(versions) > 0, Events: events}
	if s.Seen {
		last := versions[len(versions)-1]
		s.Object, s.Gone = last.object.(T), last.gone
	}
	return s
}

// Must requires the object to come to what the matcher says, within its kind's budget; else the spec fails.
func (t *Thing[T]) Must(ctx context.Context, m types.GomegaMatcher) {
	ginkgo.GinkgoHelper()
	t.b.judging(ctx, t.lose)
	if failure := t.await(ctx, t.budget(), m); failure != "" {
		ginkgo.Fail(failure)
	}
}

// Recover is Must after an obstacle was taken away: back-off of the scheduler or the kubelet is allowed for.
func (t *Thing[T]) Recover(ctx context.Context, m types.GomegaMatcher) {
	ginkgo.GinkgoHelper()
	t.b.judging(ctx, t.lose)
	if failure := t.await(ctx, t.b.lab.cfg.Budgets.Retry, m); failure != "" {
		ginkgo.Fail(failure)
	}
}

// Reach is Must for what the judgement only builds on: when the object does not get there, the spec is Blocked.
func (t *Thing[T]) Reach(ctx context.Context, m types.GomegaMatcher) {
	ginkgo.GinkgoHelper()
	if failure := t.await(ctx, t.budget(), m); failure != "" {
		t.b.blocked("waiting", failure)
	}
}

func (t *Thing[T]) budget() time.Duration {
	switch t.key.kind {
	case kindPod:
		return t.b.lab.cfg.Budgets.Start
	case kindSnapshot, kindContent:
		return t.b.lab.cfg.Budgets.Snapshot
	}
	return t.b.lab.cfg.Budgets.Bind
}

// Throughout requires the object to have been as the matcher says from its creation until during has returned. It
// looks at every version that the watch showed, so nothing passes between two looks. During is the fence: it waits
// for something of the same kind that proves that what must not happen had its chance.
func (t *Thing[T]) Throughout(ctx context.Context, m types.GomegaMatcher, during func()) {
	ginkgo.GinkgoHelper()
	during()
	t.b.judging(ctx, t.lose)
	looked, failure := t.lookBack(m)
	if failure != "" {
		ginkgo.Fail(failure)
	}
	if looked == 0 {
		t.b.blocked("looking back", "the watch never showed "+t.key.kind+" "+t.key.name)
	}
	t.b.say("%s %s was so throughout %d versions", t.key.kind, t.key.name, looked)
}

// lookBack holds every version against the matcher and returns how many there were, or the first that differs.
func (t *Thing[T]) lookBack(m types.GomegaMatcher) (looked int, failure string) {
	versions, events := t.b.lab.journal.read(t.key)
	for i, v := range versions {
		s := witness.Sight[T]{Name: t.key.kind + " " + t.key.name, Seen: true, Gone: v.gone, Object: v.object.(T), Events: events}
		if ok, err := m.Match(s); !ok || err != nil {
			return i, fmt.Sprintf("%s\n  (version %d of %d since its creation)", m.FailureMessage(s), i+1, len(versions))
		}
	}
	return len(versions), ""
}

// Gone requires the object to be deleted.
func (t *Thing[T]) Gone(ctx context.Context) {
	ginkgo.GinkgoHelper()
	if failure := t.await(ctx, t.b.lab.cfg.Budgets.Delete, witness.BeGone[T]()); failure != "" {
		t.b.blocked("waiting", failure)
	}
}

// await returns an empty string as soon as the matcher holds, or why it does not: because it never will, because
// the budget is spent, or because the run was interrupted.
func (t *Thing[T]) await(ctx context.Context, within time.Duration, m types.GomegaMatcher) string {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	began := time.Now()
	var failure string
	err := t.b.lab.journal.await(ctx, func() (ended bool) {
		ended, failure = t.look(m)
		return ended
	})
	switch {
	case err != nil:
		return fmt.Sprintf("%s\n  (after %s: %v)", failure, time.Since(began).Round(100*time.Millisecond), err)
	case failure == "":
		t.b.say("saw %s %s after %.1fs", t.key.kind, t.key.name, time.Since(began).Seconds())
	}
	return failure
}

// look holds what the watch showed last against the matcher: the failure says why it is not so, and whether that is for ever.
func (t *Thing[T]) look(m types.GomegaMatcher) (ended bool, failure string) {
	s := t.sight()
	ok, err := m.Match(s)
	if ok && err == nil {
		return true, ""
	}
	failure = m.FailureMessage(s)
	var final gomega.PollingSignalError
	switch {
	case errors.As(err, &final):
		return true, failure + "\n  (it cannot come any more: " + final.Error() + ")"
	case err != nil:
		return true, failure + "\n  (cannot look: " + err.Error() + ")"
	case s.Gone && t.own(s.Object) && metav1.GetControllerOf(s.Object) == nil: // else who made it may make it again
		return true, failure + "\n  (it cannot come any more: it was deleted)"
	}
	return false, failure
}

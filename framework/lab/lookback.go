package lab

import (
	"fmt"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega/types"

	"csicert/framework/witness"
)

// Once requires the object to have been as the matcher says in at least one of the versions that the watch showed, for
// states that pass before anybody can look.
func (t *Thing[T]) Once(m types.GomegaMatcher) {
	ginkgo.GinkgoHelper()
	versions, events := t.b.lab.journal.read(t.key)
	var last string
	for i, v := range versions {
		s := witness.Sight[T]{Name: t.key.kind + " " + t.key.name, Seen: true, Gone: v.gone, Object: v.object.(T), Events: events}
		if ok, err := m.Match(s); ok && err == nil {
			t.b.say("%s %s was so in version %d of %d", t.key.kind, t.key.name, i+1, len(versions))
			return
		}
		last = m.FailureMessage(s)
	}
	if last == "" {
		t.b.blocked("looking back", "the watch never showed "+t.key.kind+" "+t.key.name)
	}
	ginkgo.Fail(fmt.Sprintf("%s\n  (in none of %d versions since its creation)", last, len(versions)))
}

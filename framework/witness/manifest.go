package witness

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega/gcustom"
	"github.com/onsi/gomega/types"

	"csicert/framework/payload"
)

// HoldExactly holds when a tree is the wanted one: nothing missing, nothing extra, nothing changed, in the aspects
// asked for, or in all when none is named.
func HoldExactly(want payload.Manifest, aspects ...payload.Aspect) types.GomegaMatcher {
	const shown = 10 // differences; the first few tell the kind of fault
	return gcustom.MakeMatcher(func(got payload.Manifest) (bool, error) {
		return len(payload.Diff(want, got, aspects...)) == 0, nil
	}).WithTemplate("expected: the tree {{.To}} hold exactly the {{.Data.Entries}} entries of digest {{.Data.Digest}}\nobserved: {{call .Data.Saw .Actual}}",
		struct {
			Entries int
			Digest  string
			Saw     func(payload.Manifest) string
		}{len(want.Entries), want.Digest(), func(got payload.Manifest) string {
			found := payload.Diff(want, got, aspects...)
			lines := []string{fmt.Sprintf("%d entries of digest %s, %d differences", len(got.Entries), got.Digest(), len(found))}
			for _, d := range found[:min(shown, len(found))] {
				lines = append(lines, "  "+d.String())
			}
			return strings.Join(lines, "\n")
		}})
}

// HoldNothing holds when a tree has nothing in it.
func HoldNothing() types.GomegaMatcher { return HoldExactly(payload.Manifest{}) }

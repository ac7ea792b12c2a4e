package requirements_test

import (
	"bytes"
	"errors"
	"testing"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/reports/requirements"
)

func TestMarkdown(t *testing.T) {
	g := NewWithT(t)
	all := []catalogue.Requirement{
		{ID: "LOCAL-002", Level: catalogue.Should, Statement: "a pod_x waits for `it`",
			Source: catalogue.Reading("KEP-1", "it *follows*"), Needs: []catalogue.Capability{catalogue.TwoZones}},
		{ID: "LOCAL-001", Statement: "the pod runs there", Source: catalogue.API("core/v1/types.go", "one\n two <b>"),
			Mutants: []catalogue.Mutant{{Name: "wrong-node", Wrong: "it names another node"}}},
		{ID: "BIND-003", Statement: "binding is one to one", Source: catalogue.Docs("concepts/storage", "q")},
	}
	var out bytes.Buffer
	g.Expect(requirements.Markdown(&out, all)).To(Succeed())
	g.Expect(out.String()).To(HaveSuffix(`
## BIND

### BIND-003

**MUST**: binding is one to one.

- Source: Kubernetes docs, ` + "`concepts/storage`" + `: "q"

## LOCAL

### LOCAL-001

**MUST**: the pod runs there.

- Source: Kubernetes API, ` + "`core/v1/types.go`" + `: "one two &lt;b>"
- Mutant: ` + "`wrong-node`" + `: it names another node

### LOCAL-002

**SHOULD**: a pod\_x waits for ` + "\\`it\\`" + `.

- Source: reading, ` + "`KEP-1`" + `; it \*follows\*
- Needs: ` + "`two-zones`" + ` (skipped when the nodes stand in fewer than two zones)
`))
	g.Expect(out.String()).To(ContainSubstring("3 requirements."))
	g.Expect(all[0].ID).To(Equal(catalogue.ID("LOCAL-002")), "the caller's order is left alone")
}

type broken struct{}

var errBroken = errors.New("broken pipe")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestWriterThatFails(t *testing.T) {
	NewWithT(t).Expect(requirements.Markdown(broken{}, []catalogue.Requirement{{ID: "A-001"}})).To(MatchError(errBroken))
}

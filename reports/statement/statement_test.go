package statement_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/reports/internal/golden"
	"csicert/reports/internal/recorded"
	"csicert/reports/statement"
	"csicert/reports/verdict"
)

const digest = "sha256:00"

func of(t *testing.T, r verdict.Record) statement.Statement {
	t.Helper()
	s, err := statement.Of(r, digest)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return s
}

func write(t *testing.T, s statement.Statement) string {
	t.Helper()
	var out bytes.Buffer
	NewWithT(t).Expect(s.Write(&out)).To(Succeed())
	return out.String()
}

func TestGolden(t *testing.T) {
	golden.Equal(t, "statement.yaml", write(t, of(t, recorded.Told())))
}

func TestStatementSurvivesItsFile(t *testing.T) {
	g := NewWithT(t)
	for _, text := range append(recorded.Hostile(), "words", "yes", "1", "null", "a: b # c", "- x") {
		s := of(t, recorded.Speaking(strings.ToValidUTF8(text, "?")))
		path := filepath.Join(t.TempDir(), "statement.yaml")
		g.Expect(os.WriteFile(path, []byte(write(t, s)), 0o600)).To(Succeed())
		loaded, err := statement.Load(path)
		g.Expect(err).NotTo(HaveOccurred(), "%q", text)
		g.Expect(statement.Differences(loaded, s)).To(BeEmpty(), "%q", text)
	}
}

func TestEveryAlteredFieldIsNamed(t *testing.T) {
	computed := of(t, recorded.Told())
	for field, alter := range map[string]func(*statement.Statement){
		"conclusion":                   func(s *statement.Statement) { s.Conclusion = "conformant" },
		"subject.components[0].digest": func(s *statement.Statement) { s.Subject.Components[0].Digest = "" },
		"subject.components[2]":        func(s *statement.Statement) { s.Subject.Components = s.Subject.Components[:2] },
		"kubernetes":                   func(s *statement.Statement) { s.Kubernetes = "v1" },
		"harness.commit":               func(s *statement.Statement) { s.Harness.Commit = "x" },
		"catalogue.digest":             func(s *statement.Statement) { s.Catalogue.Digest = "x" },
		"run.digest":                   func(s *statement.Statement) { s.Run.Digest = "sha256:11" },
		"profiles[2].failed":           func(s *statement.Statement) { s.Profiles[2].Failed = nil },
		"profiles[0].passed":           func(s *statement.Statement) { s.Profiles[0].Passed++ },
		"mutants.killed":               func(s *statement.Statement) { s.Mutants.Killed++ },
		"problems":                     func(s *statement.Statement) { s.Problems = []string{"none"} },
	} {
		g := NewWithT(t)
		stated := of(t, recorded.Told())
		alter(&stated)
		found, err := statement.Differences(stated, computed)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(found).To(HaveLen(1), field)
		g.Expect(found[0].Field).To(Equal(field))
		g.Expect(found[0].Stated).NotTo(Equal(found[0].Computed))
	}
}

func TestProfiles(t *testing.T) {
	g := NewWithT(t)
	skip := []recorded.Option{recorded.Unmarked(), recorded.Ended(types.SpecStateSkipped, types.NodeTypeIt, "x")}
	r := recorded.Run(recorded.Spec("A-001"), recorded.Spec("B-001"), recorded.Spec("C-001", append(skip, recorded.Mark(catalogue.MarkSkipped, "x"))...), recorded.Spec("D-001", append(skip, recorded.Mark(catalogue.MarkUnsupported, "x"))...))
	r.Requirements[0].Needs = []catalogue.Capability{catalogue.Driver, catalogue.TwoNodes}
	r.Requirements[1].Needs = []catalogue.Capability{catalogue.Driver, catalogue.Snapshots}
	r.Requirements[2].Needs = []catalogue.Capability{catalogue.Topology, catalogue.Snapshots}
	r.Requirements[3].Needs = []catalogue.Capability{catalogue.Clones}
	r.Subject.Capabilities = []catalogue.Capability{catalogue.Driver, catalogue.Snapshots, catalogue.Topology}
	conclusions := func() map[string]string {
		all := map[string]string{}
		for _, p := range of(t, r).Profiles {
			all[p.Name] = p.Conclusion
		}
		return all
	}
	g.Expect(conclusions()).To(Equal(map[string]string{"core": "conformant", "snapshots": "partial", "topology": "partial", "clones": "unsupported"}))
	g.Expect(of(t, r).Profiles[0].Name).To(Equal("core"))
	r.Filter = "A-001"
	for i := range r.Specs[1:] {
		recorded.Unselected()(&r.Specs[i+1])
	}
	g.Expect(conclusions()).To(HaveKeyWithValue("snapshots", "partial"))
	g.Expect(of(t, r).LeftOut).To(Equal([]string{"B-001", "C-001", "D-001"}))
}

func TestFileThatIsNoStatement(t *testing.T) {
	folder := t.TempDir()
	sound := write(t, of(t, recorded.Told()))
	for name, c := range map[string]struct{ content, message string }{
		"none":    {"", "accepted is a statement.yaml"},
		"list":    {"- a\n", "found no YAML mapping"},
		"schema":  {"schema: csicert/statement/v9\n", `schema: found "csicert/statement/v9", accepted is "csicert/statement/v1"`},
		"unknown": {sound + "signature: x\n", "field signature not found"},
		"twice":   {sound + "---\n" + sound, "found more than one YAML document"},
		"form":    {"schema: csicert/statement/v1\nprofiles: none\n", "found what is not of schema"},
	} {
		g := NewWithT(t)
		path := filepath.Join(folder, name)
		if c.content != "" {
			g.Expect(os.WriteFile(path, []byte(c.content), 0o600)).To(Succeed())
		}
		_, err := statement.Load(path)
		g.Expect(err).To(MatchError(ContainSubstring(c.message)), name)
		var bad interface{ BadInput() bool }
		g.Expect(errors.As(err, &bad) && bad.BadInput()).To(BeTrue(), name)
	}
}

// README.md describes the fields that there are, all of them, in their order.
func TestEveryFieldIsDescribed(t *testing.T) {
	g := NewWithT(t)
	page, err := os.ReadFile("README.md")
	g.Expect(err).NotTo(HaveOccurred())
	var described, fields []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| .+ \\|$").FindAllStringSubmatch(string(page), -1) {
		described = append(described, row[1])
	}
	var walk func(at string, of reflect.Type)
	walk = func(at string, of reflect.Type) {
		for of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct {
			return
		}
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("yaml"), ",")
			fields = append(fields, at+name)
			walk(at+name+".", of.Field(i).Type)
		}
	}
	walk("", reflect.TypeFor[statement.Statement]())
	g.Expect(described).To(Equal(fields))
}

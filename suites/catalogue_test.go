package suites_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"csicert/driver/mutant"
	"csicert/framework/catalogue"
	"csicert/suites"
)

func TestEveryRequirementIsWhole(t *testing.T) {
	retired := suites.Retired()
	seen := map[catalogue.ID]bool{}
	for _, r := range suites.Requirements() {
		t.Run(string(r.ID), func(t *testing.T) {
			g := NewWithT(t)
			g.Expect(r.ID.Valid()).To(BeTrue(), "the form is AREA-000")
			g.Expect(seen[r.ID]).To(BeFalse(), "IDs are unique")
			g.Expect(retired).NotTo(ContainElement(r.ID))
			seen[r.ID] = true
			for _, fault := range sentenceFaults(r.Statement) {
				t.Error("statement " + fault)
			}
			for _, fault := range sourceFaults(r.Source) {
				t.Error("source " + fault)
			}
			if r.Surveys || r.Nodes {
				g.Expect(r.Alone()).To(BeTrue(), "what has to be alone needs the capability disruption")
			}
			if r.Level == catalogue.Must {
				g.Expect(r.Mutants).NotTo(BeEmpty(), "a MUST that no mutant breaks is a draft")
			}
		})
	}
}

func TestWhatHasToBeAloneIsSerial(t *testing.T) {
	alone := map[string]bool{}
	for _, r := range suites.Requirements() {
		alone[string(r.ID)] = r.Alone()
	}
	judged := 0
	for _, s := range ginkgo.PreviewSpecs("catalogue").SpecReports {
		for _, label := range s.Labels() {
			if catalogue.ID(label).Valid() {
				judged++
				NewWithT(t).Expect(s.IsSerial).To(Equal(alone[label]), label)
			}
		}
	}
	NewWithT(t).Expect(judged).To(Equal(len(alone)))
}

func TestEachRequirementHasOneSpec(t *testing.T) {
	g := NewWithT(t)
	specs := map[string]int{}
	for _, s := range ginkgo.PreviewSpecs("catalogue").SpecReports {
		if s.LeafNodeType.String() != "It" {
			continue
		}
		var ids []string
		for _, label := range s.Labels() {
			if catalogue.ID(label).Valid() {
				ids = append(ids, label)
			}
		}
		g.Expect(ids).To(HaveLen(1), "a spec judges one requirement: "+s.FullText())
		specs[ids[0]]++
	}
	known := map[string]int{}
	for _, r := range suites.Requirements() {
		known[string(r.ID)] = 1
	}
	g.Expect(specs).To(Equal(known))
}

// The join is total both ways: what a requirement names exists, and nothing exists that no requirement names.
func TestMutantsAreThoseOfTheDriver(t *testing.T) {
	g := NewWithT(t)
	all, err := mutant.All()
	g.Expect(err).NotTo(HaveOccurred())
	exist, named := map[string]bool{}, map[string]bool{}
	for _, m := range all {
		exist[m.Name] = true
	}
	for _, r := range suites.Requirements() {
		for _, m := range r.Mutants {
			named[m.Name] = m.Nth() == 0 || named[m.Name]
			g.Expect(sentenceFaults(m.Wrong)).To(BeEmpty(), m.Name+" of "+string(r.ID))
		}
	}
	maps.DeleteFunc(named, func(_ string, real bool) bool { return !real }) // what is spoilt is no defect of its own
	g.Expect(named).To(Equal(exist))
}

// A quote is of the very version of the document's module that go.mod names.
func TestQuotesAreVerbatim(t *testing.T) {
	documents := map[string]func(place string) (module, file string){
		catalogue.KubernetesAPI:    func(place string) (string, string) { return "k8s.io/api", place },
		catalogue.CSISpecification: func(string) (string, string) { return "github.com/container-storage-interface/spec", "spec.md" },
		catalogue.SnapshotsAPI: func(string) (string, string) {
			return "github.com/kubernetes-csi/external-snapshotter/client/v8", "apis/volumesnapshot/v1/types.go"
		},
	}
	for _, r := range suites.Requirements() {
		locate, isHere := documents[r.Source.Document]
		if !isHere {
			continue
		}
		t.Run(string(r.ID), func(t *testing.T) {
			g := NewWithT(t)
			module, file := locate(r.Source.Place)
			out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
			g.Expect(err).NotTo(HaveOccurred())
			text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), file))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(plainComment(string(text))).To(ContainSubstring(r.Source.Quote))
			if r.Source.Document != catalogue.KubernetesAPI {
				g.Expect(string(text)).To(ContainSubstring(r.Source.Place), "the section or type that is quoted from")
			}
		})
	}
}

var commentMark = regexp.MustCompile(`(?m)^\s*//`)

// plainComment strips comment marks and folds white space, so that a quote may run over lines.
func plainComment(source string) string {
	return strings.Join(strings.Fields(commentMark.ReplaceAllString(source, " ")), " ")
}

// sentenceFaults says what keeps a text from being one lower-case sentence that promises something.
func sentenceFaults(s string) []string {
	var faults []string
	if s == "" || strings.ToLower(s[:1]) != s[:1] {
		return []string{"begins with a lower-case letter"}
	}
	if strings.HasSuffix(s, ".") || strings.Contains(s, ". ") {
		faults = append(faults, "is one sentence without a full stop")
	}
	if strings.Contains(s, "should work") || len(strings.Fields(s)) < 5 {
		faults = append(faults, "says what is promised")
	}
	return faults
}

// sourceFaults says what a source lacks.
func sourceFaults(s catalogue.Source) []string {
	var faults []string
	switch s.Document {
	case catalogue.KubernetesAPI, catalogue.KubernetesDocs, catalogue.CSISpecification, catalogue.SnapshotsAPI:
		if s.Quote == "" {
			faults = append(faults, "has no quote")
		}
	case catalogue.OwnReading:
		if s.Reason == "" {
			faults = append(faults, "does not say why it follows")
		}
	default:
		faults = append(faults, "is of no known document: "+s.Document)
	}
	if s.Place == "" {
		faults = append(faults, "has no place")
	}
	return faults
}

func TestSentenceFaults(t *testing.T) {
	g := NewWithT(t)
	g.Expect(sentenceFaults("the pod of a volume runs on its node")).To(BeEmpty())
	for _, bad := range []string{"", "The pod runs on the node", "the pod runs on its node.", "the driver should work on it", "it is good"} {
		g.Expect(sentenceFaults(bad)).NotTo(BeEmpty(), bad)
	}
}

func TestSourceFaults(t *testing.T) {
	g := NewWithT(t)
	g.Expect(sourceFaults(catalogue.API("core/v1/types.go", "words"))).To(BeEmpty())
	for _, bad := range []catalogue.Source{{}, catalogue.API("core/v1/types.go", ""), catalogue.Docs("", "words"), catalogue.Reading("page", "")} {
		g.Expect(sourceFaults(bad)).NotTo(BeEmpty())
	}
}

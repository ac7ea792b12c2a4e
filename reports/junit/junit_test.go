package junit_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/reports/internal/golden"
	"csicert/reports/internal/recorded"
	"csicert/reports/junit"
	"csicert/reports/verdict"
)

func write(t *testing.T, r verdict.Record) string {
	t.Helper()
	g := NewWithT(t)
	v, err := verdict.Of(r)
	g.Expect(err).NotTo(HaveOccurred())
	var out bytes.Buffer
	g.Expect(junit.Write(&out, v)).To(Succeed())
	return out.String()
}

func TestGolden(t *testing.T) {
	failing := recorded.Spec("LOCAL-001", recorded.Unselected())
	for name, r := range map[string]verdict.Record{
		"mixed":   recorded.Mixed(),
		"problem": recorded.Run(failing, types.SpecReport{LeafNodeType: types.NodeTypeBeforeSuite, State: types.SpecStateFailed, Failure: types.Failure{Message: "no agent image\nin the node"}}),
	} {
		t.Run(name, func(t *testing.T) {
			golden.Equal(t, "junit-"+name+".xml", write(t, r))
		})
	}
}

// readSuites reads the XML as a CI system does, with types that are not those that wrote it.
type readSuites struct {
	Tests    int     `xml:"tests,attr"`
	Failures int     `xml:"failures,attr"`
	Errors   int     `xml:"errors,attr"`
	Skipped  int     `xml:"skipped,attr"`
	Time     float64 `xml:"time,attr"`
	Suites   []struct {
		Tests int `xml:"tests,attr"`
		Cases []struct {
			Name  string `xml:"name,attr"`
			Class string `xml:"classname,attr"`
			Props []struct {
				Name  string `xml:"name,attr"`
				Value string `xml:"value,attr"`
			} `xml:"properties>property"`
			Time    float64 `xml:"time,attr"`
			Skipped []struct {
				Message string `xml:"message,attr"`
			} `xml:"skipped"`
			Failure []struct {
				Message string `xml:"message,attr"`
				Type    string `xml:"type,attr"`
				Text    string `xml:",chardata"`
			} `xml:"failure"`
			Error []struct {
				Type string `xml:"type,attr"`
			} `xml:"error"`
			Out string `xml:"system-out"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func TestTotalsAreThoseOfTheCases(t *testing.T) {
	g := NewWithT(t)
	var read readSuites
	g.Expect(xml.Unmarshal([]byte(write(t, recorded.Mixed())), &read)).To(Succeed())
	var tests, failures, failed, skipped int
	var seconds float64
	for _, suite := range read.Suites {
		g.Expect(suite.Tests).To(Equal(len(suite.Cases)))
		for _, c := range suite.Cases {
			tests, failures, failed, skipped = tests+1, failures+len(c.Failure), failed+len(c.Error), skipped+len(c.Skipped)
			seconds += c.Time
		}
	}
	g.Expect([]int{read.Tests, read.Failures, read.Errors, read.Skipped}).To(Equal([]int{tests, failures, failed, skipped}))
	g.Expect([]int{tests, failures, failed, skipped}).To(Equal([]int{8, 1, 2, 3}))
	g.Expect(read.Time).To(BeNumerically("~", seconds, 0.0005))
	g.Expect(seconds).To(Equal(10.5))
}

func TestEachStatusHasItsElement(t *testing.T) {
	g := NewWithT(t)
	var read readSuites
	g.Expect(xml.Unmarshal([]byte(write(t, recorded.Mixed())), &read)).To(Succeed())
	bind, local := read.Suites[0].Cases, read.Suites[1].Cases
	g.Expect(bind[0].Error[0].Type).To(Equal("Blocked"))
	g.Expect(bind[1].Error[0].Type).To(Equal("Error"))
	g.Expect(bind[2].Skipped[0].Message).To(Equal("unsupported: the subject does not claim snapshots"))
	g.Expect(bind[3].Skipped[0].Message).To(Equal("not run: the run has no spec of it"))
	g.Expect(local[3].Skipped[0].Message).To(Equal(catalogue.TwoZones.Sentence()))

	g.Expect(local[1].Name).To(Equal("LOCAL-002 the promise 0 is kept"))
	g.Expect(local[1].Class).To(Equal("csicert.local"))
	failure := local[1].Failure[0]
	g.Expect(failure.Type).To(Equal("MUST"))
	g.Expect(failure.Message).To(Equal("it ran on b-1,"))
	var at []int
	for _, part := range []string{"expected: the pod on node a-1", "observed: it ran on b-1,", "phase: Running <&>", "0.4s pod reader", "rerun: make e2e FOCUS=LOCAL-002"} {
		at = append(at, strings.Index(failure.Text, part))
	}
	g.Expect(at).NotTo(ContainElement(-1), failure.Text)
	g.Expect(slices.IsSorted(at)).To(BeTrue(), failure.Text)

	g.Expect(local[2].Failure).To(BeEmpty())
	g.Expect(local[2].Out).To(HavePrefix("WARN: a SHOULD was not kept: none"))
	props := map[string]string{}
	for _, p := range local[2].Props {
		props[p.Name] = p.Value
	}
	g.Expect(props).To(HaveKeyWithValue("status", "WARN"))
	g.Expect(props).To(HaveKeyWithValue("level", "SHOULD"))
	g.Expect(props).To(HaveKeyWithValue("source.quote", `a quote with <angles> & "marks"`))
	g.Expect(props).To(HaveKeyWithValue("mutants", "affinity-removed"))
}

func TestProblemsOfTheRunAreErrors(t *testing.T) {
	g := NewWithT(t)
	r := recorded.Run(recorded.Spec("LOCAL-001"))
	r.Interrupted = "SIGTERM"
	var read readSuites
	g.Expect(xml.Unmarshal([]byte(write(t, r)), &read)).To(Succeed())
	g.Expect([]int{read.Tests, read.Errors}).To(Equal([]int{2, 1}), "a run in which every requirement passed, and which was cut short")
}

func TestNothingThatXMLOrALogCannotHold(t *testing.T) {
	g := NewWithT(t)
	out := write(t, recorded.Run(recorded.Spec("LOCAL-001", recorded.Failed("observed: \x1b[31mred\x1b[0m \x00\x08\x0b \xff end"),
		recorded.Mark(catalogue.MarkEvidence, "]]> \x1b]8;;link\x1b\\x\uFFFE"))))
	g.Expect(out).NotTo(MatchRegexp(`[\x00-\x08\x0b-\x1f\x7f\x{FFFE}\x{FFFF}]`))
	g.Expect(out).NotTo(ContainSubstring("[31m"))
	g.Expect(out).To(ContainSubstring("red  \uFFFD end"))
	g.Expect(xml.Unmarshal([]byte(out), &readSuites{})).To(Succeed())
}

func TestFocusedRunShowsOnlyWhatWasSelected(t *testing.T) {
	g := NewWithT(t)
	r := recorded.Run(recorded.Spec("LOCAL-001"), recorded.Spec("LOCAL-002", recorded.Unselected()))
	r.Filter = "LOCAL-001"
	out := write(t, r)
	g.Expect(out).To(ContainSubstring(`<testsuites name="csicert" tests="1"`))
	g.Expect(out).To(ContainSubstring(`focused run, which certifies nothing`))
}

type full struct{ room int }

var errFull = errors.New("no space left on device")

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriterThatFails(t *testing.T) {
	v, err := verdict.Of(recorded.Mixed())
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	whole := len(write(t, recorded.Mixed()))
	for _, room := range []int{0, 100, whole / 2, whole - 1} {
		NewWithT(t).Expect(junit.Write(&full{room}, v)).To(MatchError(errFull), "room for %d of %d bytes", room, whole)
	}
	NewWithT(t).Expect(junit.Write(&full{whole}, v)).To(Succeed())
}

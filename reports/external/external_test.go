package external

import (
	"bytes"
	"encoding/xml"
	"regexp"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"csicert/reports/xunit"
)

const driver = "nfs.example"

func spec(state types.SpecState, message string, texts ...string) types.SpecReport {
	return types.SpecReport{ContainerHierarchyTexts: append([]string{"[sig-storage] External Storage [Driver: " + driver + "]"}, texts[:len(texts)-1]...),
		LeafNodeType: types.NodeTypeIt, LeafNodeText: texts[len(texts)-1], State: state, RunTime: 1500 * time.Millisecond,
		Failure: types.Failure{Message: message, Location: types.CodeLocation{FileName: "volumes.go", LineNumber: 7}}, CapturedGinkgoWriterOutput: "STEP: it tried\n"}
}

func result() Result {
	const fs, snap = "[Testpattern: Dynamic PV (default fs)]", "[Testpattern: Dynamic Snapshot (delete policy)]"
	foreign := spec(types.SpecStateFailed, "no", fs, "volumes should store data")
	foreign.ContainerHierarchyTexts[0] = "[sig-node] Pods"
	other := spec(types.SpecStatePassed, "", fs, "volumes should store data")
	other.ContainerHierarchyTexts[0] = "[sig-storage] External Storage [Driver: other.example]"
	return Of(Run{Driver: driver, Suite: "v1.2.3", Procs: 4, Seed: 9, Started: time.Unix(0, 0),
		Exclusions: []Exclusion{{regexp.MustCompile(`\[Disruptive\]`), "they stop kubelets"}},
		Reports: []types.Report{{SpecReports: types.SpecReports{
			spec(types.SpecStatePassed, "", fs, "volumes", "should store data"),
			spec(types.SpecStateFailed, "Expected\n  a\nto equal\n  b", snap, "snapshottable", "should restore"),
			spec(types.SpecStateSkipped, "Driver has no class", fs, "volume-modify [Feature:VAC]", "should modify"),
			spec(types.SpecStateSkipped, "Driver has no class", fs, "volume-modify [Feature:VAC]", "should create"),
			spec(types.SpecStateSkipped, "", fs, "subPath", "should unmount [Disruptive]"),
			spec(types.SpecStateSkipped, "", fs, "subPath", "should mount"),
			other,
			{ContainerHierarchyTexts: []string{"[sig-node] Pods"}, LeafNodeType: types.NodeTypeIt, LeafNodeText: "x", State: types.SpecStateSkipped},
		}}}})
}

func TestOnlyTheDriversSpecsCount(t *testing.T) {
	g, r := NewWithT(t), result()
	g.Expect(r.Problems).To(BeEmpty())
	g.Expect(r.Sentence()).To(Equal("Kubernetes' own storage suite v1.2.3 on nfs.example: 1 passed, 1 failed, 2 skipped, 2 left out"))
	g.Expect(r.ExitCode()).To(Equal(1))
	g.Expect(Name("External Storage [Driver: nfs.example] [Testpattern: Dynamic PV (a)(b)] volumes [It] should store data [Slow] [Driver: nfs.example, Slow]")).
		To(Equal("Dynamic PV (a)(b): volumes should store data [Slow]"))
	g.Expect(Name("[sig-node] Pods should run")).To(BeEmpty())
}

func TestAPersonReadsFailuresAndGroupedReasons(t *testing.T) {
	g := NewWithT(t)
	var out bytes.Buffer
	g.Expect(Write(&out, result())).To(Succeed())
	g.Expect(out.String()).To(Equal(`Kubernetes' own storage suite v1.2.3 on nfs.example: 1 passed, 1 failed, 2 skipped, 2 left out

FAIL Dynamic Snapshot (delete policy): snapshottable should restore
  Expected
    a
  to equal
    b
  at volumes.go:7

skipped:
    2  Driver has no class

left out:
    1  it was not asked for, or the run ended before it
    1  they stop kubelets
`))
}

func TestJUnitHoldsEverySpecOfTheDriverOnce(t *testing.T) {
	g := NewWithT(t)
	var out bytes.Buffer
	g.Expect(JUnit(&out, result())).To(Succeed())
	var read xunit.Document
	g.Expect(xml.Unmarshal(out.Bytes(), &read)).To(Succeed())
	g.Expect(read.Suites).To(HaveLen(2))
	cases := append(read.Suites[0].Cases, read.Suites[1].Cases...)
	g.Expect(cases).To(HaveLen(6))
	last := cases[5]
	g.Expect(last.Name).To(Equal("snapshottable should restore"))
	g.Expect(last.Failure.Text).To(And(ContainSubstring("to equal"), ContainSubstring("volumes.go:7"), ContainSubstring("STEP: it tried")))
	g.Expect(out.String()).To(ContainSubstring(`tests="6" failures="1" errors="0" skipped="4"`))
}

func TestARunThatJudgedNothingIsNoSuccess(t *testing.T) {
	g := NewWithT(t)
	for name, reports := range map[string][]types.Report{
		"nothing ran":      {{SpecReports: types.SpecReports{spec(types.SpecStateSkipped, "", "[Testpattern: a]", "b")}}},
		"set-up failed":    {{SpecReports: types.SpecReports{{LeafNodeType: types.NodeTypeSynchronizedBeforeSuite, State: types.SpecStateFailed, Failure: types.Failure{Message: "no node"}}}}},
		"it was cut off":   {{SpecialSuiteFailureReasons: []string{"Interrupted by User"}, SpecReports: types.SpecReports{spec(types.SpecStatePassed, "", "[Testpattern: a]", "b")}}},
		"no report at all": nil,
	} {
		r := Of(Run{Driver: driver, Reports: reports})
		g.Expect(r.Problems).NotTo(BeEmpty(), name)
		g.Expect(r.ExitCode()).To(Equal(3), name)
		var out bytes.Buffer
		g.Expect(JUnit(&out, r)).To(Succeed())
		g.Expect(out.String()).To(ContainSubstring("<error"), name)
	}
}

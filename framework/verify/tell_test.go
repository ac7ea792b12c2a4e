package verify

import (
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/progress"
)

func TestASpecsEndIsToldInAWord(t *testing.T) {
	mark := func(m catalogue.Mark, text string) types.ReportEntries {
		return types.ReportEntries{{Name: string(m), Value: types.WrapEntryValue(text)}}
	}
	for name, c := range map[string]struct {
		level   catalogue.Level
		state   types.SpecState
		node    types.NodeType
		entries types.ReportEntries
		outcome string
		text    string
	}{
		"passed":             {catalogue.Must, types.SpecStatePassed, 0, nil, progress.Passed, ""},
		"failed":             {catalogue.Must, types.SpecStateFailed, types.NodeTypeIt, nil, progress.Failed, "observed: no"},
		"a wish":             {catalogue.Should, types.SpecStateFailed, types.NodeTypeIt, nil, progress.Warned, "observed: no"},
		"failed in clean-up": {catalogue.Must, types.SpecStateFailed, types.NodeTypeCleanupAfterEach, nil, progress.Broken, "observed: no"},
		"blocked":            {catalogue.Must, types.SpecStateFailed, types.NodeTypeIt, mark(catalogue.MarkBlocked, "Claim: no volume"), progress.Blocked, "Claim: no volume"},
		"unsupported":        {catalogue.Must, types.SpecStateSkipped, types.NodeTypeBeforeEach, mark(catalogue.MarkUnsupported, "no snapshots"), progress.Unsupported, "observed: no"},
		"skipped":            {catalogue.Must, types.SpecStateSkipped, types.NodeTypeBeforeEach, mark(catalogue.MarkSkipped, "one zone"), progress.Skipped, "observed: no"},
		"panicked":           {catalogue.Must, types.SpecStatePanicked, types.NodeTypeIt, nil, progress.Broken, "observed: no"},
		"left behind":        {catalogue.Must, types.SpecStatePassed, 0, mark(catalogue.MarkLeftover, "PersistentVolume v1"), progress.Broken, "left behind: PersistentVolume v1"},
	} {
		t.Run(name, func(t *testing.T) {
			e := endOf(catalogue.Requirement{ID: "LOCAL-001", Level: c.level}, types.SpecReport{State: c.state, RunTime: 1500 * time.Millisecond, ReportEntries: c.entries,
				Failure: types.Failure{Message: "observed: no", FailureNodeType: c.node}})
			NewWithT(t).Expect(e).To(Equal(progress.Event{Kind: progress.Ended, ID: "LOCAL-001", Outcome: c.outcome, Seconds: 1.5, Text: c.text}))
		})
	}
}

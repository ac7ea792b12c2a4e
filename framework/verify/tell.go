package verify

import (
	"slices"

	"github.com/onsi/ginkgo/v2/types"

	"csicert/framework/catalogue"
	"csicert/framework/progress"
)

// endOf is what can be said of a spec as soon as it ended. The verdict looks closer, and at all of the record.
func endOf(r catalogue.Requirement, spec types.SpecReport) progress.Event {
	e := progress.Event{Kind: progress.Ended, ID: string(r.ID), Outcome: progress.Broken, Seconds: spec.RunTime.Seconds(), Text: spec.Failure.Message}
	left, isLeft := marked(spec, catalogue.MarkLeftover)
	blocked, isBlocked := marked(spec, catalogue.MarkBlocked)
	_, unsupported := marked(spec, catalogue.MarkUnsupported)
	switch {
	case isLeft && !spec.Failed():
		e.Text = "left behind: " + left
	case spec.State.Is(types.SpecStatePassed):
		e.Outcome, e.Text = progress.Passed, ""
	case spec.State.Is(types.SpecStateSkipped) && unsupported:
		e.Outcome = progress.Unsupported
	case spec.State.Is(types.SpecStateSkipped):
		e.Outcome = progress.Skipped
	case spec.State.Is(types.SpecStateFailed) && isBlocked:
		e.Outcome, e.Text = progress.Blocked, blocked
	case spec.State.Is(types.SpecStateFailed) && spec.Failure.FailureNodeType.Is(types.NodeTypeIt) && r.Level == catalogue.Must:
		e.Outcome = progress.Failed
	case spec.State.Is(types.SpecStateFailed) && spec.Failure.FailureNodeType.Is(types.NodeTypeIt):
		e.Outcome = progress.Warned
	}
	return e
}

// marked is the first text of a mark.
func marked(spec types.SpecReport, m catalogue.Mark) (string, bool) {
	at := slices.IndexFunc(spec.ReportEntries, func(e types.ReportEntry) bool { return e.Name == string(m) })
	if at < 0 {
		return "", false
	}
	return spec.ReportEntries[at].StringRepresentation(), true
}

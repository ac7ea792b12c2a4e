package verdict

import (
	"fmt"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"csicert/framework/catalogue"
	"csicert/framework/trace"
)

// Result is what became of one requirement, and all that a reader needs to know of it. Texts are plain: no
// escape sequences, no control characters.
type Result struct {
	Requirement catalogue.Requirement `json:"requirement"`
	Status      Status                `json:"status"`
	Started     time.Time             `json:"started,omitzero"` // of the spec; zero when none ran
	Failed      time.Time             `json:"failed,omitzero"`  // when the spec failed; evidence and undoing come after it
	Seconds     float64               `json:"seconds"`
	Expected    string                `json:"expected,omitempty"` // empty when the failure did not say
	Observed    string                `json:"observed,omitempty"` // of every failure
	Known       *Known                `json:"known,omitempty"`    // why this failure does not gate; nil: it does
	Reason      string                `json:"reason,omitempty"`   // of every status but Pass: one sentence
	Evidence    string                `json:"evidence,omitempty"` // sections headed "== name =="
	Timeline    string                `json:"timeline,omitempty"`
	Trace       *trace.Trace          `json:"trace,omitempty"` // nil in records from before there was one
	Requests    int                   `json:"requests"`        // to the API server
	Leftovers   []string              `json:"leftovers,omitempty"`
	Where       string                `json:"where,omitempty"` // file:line of the failure, or else of the spec
	Rerun       string                `json:"rerun,omitempty"` // the command that judges only this
}

// reasonLimit keeps a reason on one line of a report.
const reasonLimit = 240

const beforeNodes = types.NodeTypeBeforeEach | types.NodeTypeJustBeforeEach | types.NodeTypeBeforeAll

// judge has an error only for a trace that cannot be read: the record is not what it says it is.
func judge(requirement catalogue.Requirement, spec types.SpecReport, rerun string) (Result, error) {
	result := Result{
		Requirement: requirement,
		Started:     spec.StartTime,
		Seconds:     spec.RunTime.Seconds(),
		Evidence:    evidence(spec),
		Timeline:    strings.Join(marks(spec, catalogue.MarkTimeline), "\n"),
		Leftovers:   marks(spec, catalogue.MarkLeftover),
		Where:       where(spec),
		Rerun:       strings.ReplaceAll(rerun, "%s", string(requirement.ID)),
	}
	result.Requests, _ = requests(spec) // a count that cannot be read is judged below
	if spec.Failed() {
		result.Failed = spec.Failure.TimelineLocation.Time
		result.Expected, result.Observed = expectation(spec.Failure.Message)
	}
	result.Status, result.Reason = statusOf(requirement, spec)
	var err error
	if result.Trace, err = traced(spec); err != nil {
		return result, badInput("run record: specs: entry %s of %s: %v", catalogue.MarkTrace, requirement.ID, err)
	}
	return result, nil
}

func traced(spec types.SpecReport) (*trace.Trace, error) {
	text, there := marked(spec, catalogue.MarkTrace)
	if !there {
		return nil, nil
	}
	t, err := trace.Decode(text)
	if err != nil {
		return nil, err
	}
	return &t, nil
}

func statusOf(requirement catalogue.Requirement, spec types.SpecReport) (Status, string) {
	if spec.NumAttempts > 1 {
		return Error, fmt.Sprintf("ran %d times: a requirement is judged once", spec.NumAttempts)
	}
	switch {
	case spec.State.Is(types.SpecStatePassed):
		return statusOfPassed(spec)
	case spec.State.Is(types.SpecStateSkipped):
		return statusOfSkipped(spec)
	case spec.State.Is(types.SpecStatePending):
		return NotRun, "the spec is marked pending"
	case spec.State.Is(types.SpecStateFailed):
		return statusOfFailed(requirement, spec)
	}
	reason := fmt.Sprintf("%s in %s: %s", spec.State, spec.Failure.FailureNodeType, failureText(spec.Failure))
	if blocked, ok := marked(spec, catalogue.MarkBlocked); ok {
		reason += "; it was blocked before: " + blocked
	}
	return Error, reason
}

func statusOfPassed(spec types.SpecReport) (Status, string) {
	for _, mark := range []catalogue.Mark{catalogue.MarkBlocked, catalogue.MarkSkipped, catalogue.MarkUnsupported} {
		if text, ok := marked(spec, mark); ok {
			return Error, fmt.Sprintf("passed although it carries the mark %s: %s", mark, text)
		}
	}
	if left, ok := marked(spec, catalogue.MarkLeftover); ok {
		return Error, "left behind: " + left
	}
	made, err := requests(spec)
	if err != nil {
		return Error, "passed, but nobody can say whether it looked at anything: " + err.Error()
	}
	if made == 0 {
		return Error, "looked at nothing: it passed without one API request"
	}
	return Pass, ""
}

func statusOfSkipped(spec types.SpecReport) (Status, string) {
	if left, ok := marked(spec, catalogue.MarkLeftover); ok {
		return Error, "skipped, and left behind: " + left
	}
	if text, ok := marked(spec, catalogue.MarkUnsupported); ok {
		return Unsupported, text
	}
	if text, ok := marked(spec, catalogue.MarkSkipped); ok {
		return Skipped, text
	}
	if spec.Failure.Message == "" {
		return Skipped, "Ginkgo skipped the spec and gave no reason"
	}
	return Skipped, failureText(spec.Failure)
}

func statusOfFailed(requirement catalogue.Requirement, spec types.SpecReport) (Status, string) {
	node := spec.Failure.FailureNodeType
	// A verb that is blocked while it undoes things comes after the judgement: that is the harness's failure.
	if text, ok := marked(spec, catalogue.MarkBlocked); ok && node.Is(types.NodeTypeIt|beforeNodes) {
		return Blocked, text
	}
	switch {
	case !node.Is(types.NodeTypeIt):
		return Error, fmt.Sprintf("failed in %s, outside its own judgement: %s", node, failureText(spec.Failure))
	case requirement.Level != catalogue.Must:
		return Warn, fmt.Sprintf("a %s was not kept: %s", requirement.Level, failureText(spec.Failure))
	}
	return Fail, failureText(spec.Failure)
}

// failureText says in one line what was observed.
func failureText(failure types.Failure) string {
	_, observed := expectation(failure.Message)
	if failure.ForwardedPanic != "" {
		observed += ": " + Plain(failure.ForwardedPanic)
	}
	if observed == "" {
		return "no message was given"
	}
	return FirstLine(observed, reasonLimit)
}

// evidence is what the spec recorded, and behind it what else failed once it had failed.
func evidence(spec types.SpecReport) string {
	parts := marks(spec, catalogue.MarkEvidence)
	if spec.State.Is(types.SpecStatePanicked) && spec.Failure.Location.FullStackTrace != "" {
		parts = append(parts, "== stack ==\n"+Plain(spec.Failure.Location.FullStackTrace))
	}
	for _, more := range spec.AdditionalFailures {
		parts = append(parts, fmt.Sprintf("== afterwards: %s %s ==\n%s",
			more.Failure.FailureNodeType, more.State, Plain(more.Failure.Message)))
	}
	return strings.Join(parts, "\n")
}

// where leaves out the folder of the checkout, which differs between machines.
func where(spec types.SpecReport) string {
	at := spec.LeafNodeLocation
	if spec.Failed() && spec.Failure.Location.FileName != "" {
		at = spec.Failure.Location
	}
	if at.FileName == "" {
		return ""
	}
	name := at.FileName
	for _, root := range []string{"/suites/", "/framework/"} {
		if i := strings.LastIndex(name, root); i >= 0 {
			name = name[i+1:]
			break
		}
	}
	return fmt.Sprintf("%s:%d", name, at.LineNumber)
}

package recorded

import (
	"csicert/reports/verdict"
)

// Known is a record with a known failure, LOCAL-001, and one that passes, LOCAL-002; their words are markup.
func Known() verdict.Record {
	r := Run(Spec("LOCAL-001", Failed("expected: a name\nobserved: none")), Spec("LOCAL-002"))
	r.Subject.Capabilities = nil
	r.Baseline = &verdict.Baseline{File: "known.yaml", Known: []verdict.Known{
		{ID: "LOCAL-001", Reason: "<b>it leaks</b>", Link: "https://example.com/7", Expires: "2026-05-04"},
		{ID: "LOCAL-002", Reason: "it leaked", Link: "https://example.com/8", Expires: "2027-01-31"}}}
	return r
}

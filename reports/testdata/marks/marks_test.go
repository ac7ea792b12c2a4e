// Package marks is a suite that a test of reports/verdict runs, so that the verdict is held against the reports
// that Ginkgo really writes. It is not part of `go test ./...`: two of its specs fail, and are meant to.
package marks

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"

	"csicert/framework/catalogue"
)

func TestMarks(t *testing.T) { RunSpecs(t, "marks") }

var _ = Describe("marks", func() {
	made := func() { AddReportEntry(string(catalogue.MarkRequests), "3", ReportEntryVisibilityNever) }
	It("passes", Label("REAL-001"), made)
	It("fails", Label("REAL-002"), func() {
		made()
		AddReportEntry(string(catalogue.MarkEvidence), "== pod ==\nphase: \"Running\"")
		Fail("expected: <a>\nobserved: b")
	})
	It("is blocked", Label("REAL-003"), func() {
		AddReportEntry(string(catalogue.MarkBlocked), "Claim data: no volume")
		Fail("blocked")
	})
	It("is skipped", Label("REAL-004"), func() {
		AddReportEntry(string(catalogue.MarkSkipped), catalogue.TwoZones.Sentence())
		Skip("skipped")
	})
	It("is unsupported", Label("REAL-005"), func() {
		AddReportEntry(string(catalogue.MarkUnsupported), "not claimed")
		Skip("unsupported")
	})
	It("leaves something", Label("REAL-006"), func() {
		made()
		AddReportEntry(string(catalogue.MarkLeftover), "Pod a")
	})
	It("cannot undo", Label("REAL-007"), func() {
		made()
		DeferCleanup(func() { Fail("no API server") })
	})
	It("panics", Label("REAL-008"), func() { panic("nil map") })
	It("is filtered out", Label("REAL-009", "slow"), made)
	PIt("is pending", Label("REAL-010"), made)
	It("counts with a number", Label("REAL-011"), func() { AddReportEntry(string(catalogue.MarkRequests), 1200000) })
	It("fails and cannot undo", Label("REAL-012"), func() {
		DeferCleanup(func() { Fail("no API server") })
		Fail("observed: b")
	})
})

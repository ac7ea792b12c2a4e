// Package verify turns one requirement and one function into one Ginkgo spec.
//
// What a spec needs besides its judgement is here once: the skip with its reason, the bench, the evidence of a
// failure, the undoing, and the marks from which the verdict is made.
package verify

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"csicert/framework/catalogue"
	"csicert/framework/evidence"
	"csicert/framework/lab"
	"csicert/framework/progress"
)

// Judge is the body of a spec: it sets up on the bench and requires.
type Judge func(ctx context.Context, bench *lab.Bench)

// That declares the spec of a requirement. One that has to be alone is Serial.
func That(r catalogue.Requirement, judge Judge) bool {
	where := types.NewCodeLocation(1) // the spec's own file, not this one
	return ginkgo.Describe(strings.ToLower(r.ID.Area()), func() {
		var bench *lab.Bench
		ginkgo.BeforeEach(func(ctx ginkgo.SpecContext) {
			l, cfg := stage.lab()
			if lacking, yes := l.Lacks(r.Needs); yes {
				mark := catalogue.MarkSkipped
				if lacking.OfDriver() {
					mark = catalogue.MarkUnsupported
				}
				note(mark, lacking.Sentence())
				ginkgo.Skip(lacking.Sentence())
			}
			stage.tell(progress.Event{Kind: progress.Started, ID: string(r.ID)})
			bench = l.Bench(r, ginkgo.GinkgoRandomSeed())
			ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) { undo(ctx, bench, cfg.KeepFailed) }, ginkgo.NodeTimeout(nodeTimeout))
		})
		ginkgo.ReportAfterEach(func(report ginkgo.SpecReport) {
			if report.NumAttempts > 0 { // else the filter left it out
				stage.tell(endOf(r, report))
			}
		})
		ginkgo.JustAfterEach(func(ctx ginkgo.SpecContext) {
			if bench == nil {
				return
			}
			note(catalogue.MarkTimeline, bench.Timeline())
			noteTrace(bench)
			note(catalogue.MarkRequests, strconv.FormatInt(bench.Requests(), 10))
			if ginkgo.CurrentSpecReport().Failed() {
				noteEvidence(ctx, bench.Scenes())
			}
		})
		labels := ginkgo.Label(r.Labels()...)
		args := []any{where, labels, ginkgo.NodeTimeout(nodeTimeout), func(ctx ginkgo.SpecContext) { judge(ctx, bench) }}
		if r.Alone() {
			args = append(args, ginkgo.Serial)
		}
		ginkgo.It(r.Statement, args...)
	})
}

// nodeTimeout bounds a spec, and its undoing, when none of its own budgets does.
const nodeTimeout = 10 * time.Minute

// undo takes the spec's objects back, unless they are to be kept for a person to look at.
func undo(ctx context.Context, bench *lab.Bench, keepFailed bool) {
	if keepFailed && ginkgo.CurrentSpecReport().Failed() {
		bench.Abandon()
		return
	}
	scenes := bench.Scenes()
	leftovers, err := bench.Undo(ctx)
	if len(leftovers) > 0 && !ginkgo.CurrentSpecReport().Failed() {
		noteEvidence(ctx, scenes)
	}
	for _, l := range leftovers {
		note(catalogue.MarkLeftover, l)
	}
	if err != nil {
		ginkgo.Fail("undoing what the spec made: " + err.Error())
	}
}

func noteEvidence(ctx context.Context, scenes []evidence.Scene) {
	var text strings.Builder
	for _, scene := range scenes {
		text.WriteString(evidence.Collect(ctx, scene))
	}
	note(catalogue.MarkEvidence, text.String())
}

func noteTrace(bench *lab.Bench) {
	text, err := bench.Trace().Encode()
	if err != nil {
		ginkgo.Fail("recording what became of the spec's objects: " + err.Error())
	}
	note(catalogue.MarkTrace, text)
}

func note(m catalogue.Mark, text string) {
	ginkgo.AddReportEntry(string(m), text, ginkgo.ReportEntryVisibilityNever)
}

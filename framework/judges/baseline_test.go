package judges

// baselines break the rule of known failures: what it excuses, and until when.
func baselines() []edit {
	const known, conclusion, test = "reports/verdict/known.go", "reports/verdict/conclusion.go", "TestKnownFailuresDoNotGate"
	const file, refused = "reports/baseline/baseline.go", "TestBaselinesThatAreRefused"
	return []edit{
		{file: known, test: test, often: true, wrong: "a known failure never expires",
			was: `return err == nil && at.UTC().Before(last.AddDate(0, 0, 1))`, broken: `return err == nil && !last.IsZero()`},
		{file: known, test: test, wrong: "a known failure expires a day too early",
			was: `at.UTC().Before(last.AddDate(0, 0, 1))`, broken: `at.UTC().Before(last)`},
		{file: known, test: test, wrong: "a known failure whose last day cannot be read is excused for good",
			was: `return err == nil && at`, broken: `return err != nil || at`},
		{file: known, test: test, wrong: "one known failure excuses all others",
			was: `return k.ID == result.Requirement.ID })`, broken: `return k.ID != "" })`},
		{file: known, test: test, wrong: "a baseline excuses what was blocked, too",
			was: `result.Status != Fail {`, broken: "result.Status != Fail && result.Status != Blocked {"},
		{file: conclusion, test: test, wrong: "known failures are called conformant",
			was: `v.Selected = KnownFailures`, broken: `v.Selected = Conformant`},
		{file: conclusion, test: test, wrong: "a known failure gates all the same",
			was: `v.With(Error), v.gating(), v.unjudgedMusts()`, broken: `v.With(Error), v.With(Fail), v.unjudgedMusts()`},
		{file: conclusion, test: test, wrong: "a strict baseline overlooks a known failure that passes",
			was: `if len(v.Healed) > 0 && v.Run.Baseline.Strict {`, broken: `if len(v.Healed) > 99 && v.Run.Baseline.Strict {`},
		{file: file, test: refused, wrong: "an expired entry of a baseline is taken",
			was: `case !k.Covers(f.now):`, broken: `case k.Expires == "":`},
		{file: file, test: refused, wrong: "an entry of a baseline for an unknown ID is taken",
			was: `case !known:`, broken: `case !known && k.ID == "":`},
		{file: "reports/junit/junit.go", test: "TestKnownFailuresAreMarked", wrong: "in JUnit, a known failure looks like a pass",
			was: `c.Skipped = &xunit.Message{Message: verdict.FirstLine("known failure: "+line+"; "+r.Known.Sentence(), 2*lineLimit), Type: "KnownFailure", Text: text(r)}`, broken: ``},
	}
}

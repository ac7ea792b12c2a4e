package judges

func verdicts() []edit {
	const result, identity, verdict, store = "reports/verdict/result.go", "reports/verdict/identity.go", "reports/verdict/verdict.go", "reports/verdict/store.go"
	const status, refused = "TestStatusOfASpec", "TestRecordThatCannotBeJudged"
	return []edit{
		{file: result, test: status, often: true, wrong: "a skip is taken for a pass",
			was: `return Skipped, failureText(spec.Failure)`, broken: `return Pass, ""`},
		{file: result, test: status, wrong: "a spec that looked at nothing passes",
			was: `if made == 0 {`, broken: `if made < 0 {`},
		{file: result, test: status, wrong: "a spec that left something behind passes",
			was: `return Error, "left behind: " + left`, broken: "_ = left\n\t\treturn Pass, \"\""},
		{file: result, test: status, wrong: "a failure outside of the judgement is the subject's",
			was: `case !node.Is(types.NodeTypeIt):`, broken: `case node.Is(types.NodeTypeInvalid):`},
		{file: result, test: status, wrong: "what is blocked while undoing hides a failure of the harness",
			was: `ok && node.Is(types.NodeTypeIt|beforeNodes) {`, broken: `ok {`},
		{file: result, test: status, wrong: "a second attempt counts",
			was: `if spec.NumAttempts > 1 {`, broken: `if spec.NumAttempts > 2 {`},
		{file: result, test: status, wrong: "a MUST that failed is a warning",
			was: `case requirement.Level != catalogue.Must:`, broken: `case requirement.Level >= catalogue.Must:`},
		{file: result, test: status, wrong: "a panic is taken for a judgement",
			was: `case spec.State.Is(types.SpecStateFailed):`, broken: `case spec.State.Is(types.SpecStateFailed | types.SpecStatePanicked):`},
		{file: identity, test: refused, wrong: "an unknown ID is passed over",
			was:    `return nil, nil, badInput("run record: specs: found %s on %q, accepted are the IDs in requirements", id, spec.FullText())`,
			broken: `continue`},
		{file: identity, test: refused, wrong: "of two specs of a requirement the last one counts",
			was: `if other, twice := specs[id]; twice {`, broken: `if other, twice := specs[id]; twice && id == "" {`},
		{file: identity, test: "TestConclusion", wrong: "a suite node that failed is passed over",
			was: `if spec.Failed() {`, broken: `if spec.Failed() && len(problems) > 0 {`},
		{file: verdict, test: refused, wrong: "a dry run certifies",
			was: `if r.DryRun {`, broken: `if r.DryRun && r.ID == "" {`},
		{file: verdict, test: "TestConclusion", wrong: "a requirement without a spec is left out",
			was: `case !there && selects(requirement.Labels()):`, broken: `case !there && r.Filter != "":`},
		{file: verdict, test: "TestFocusedRunCertifiesNothing", wrong: "a focused run certifies",
			was: `v.Focused = len(v.Unselected) > 0`, broken: `v.Focused = false`},
		{file: store, test: "TestFileThatIsNoRecord", wrong: "a record of another schema is read as if it were of this one",
			was: "if form.Schema != Schema {", broken: "if form.Schema == \"\" {"},
	}
}

func conclusions() []edit {
	const conclusion, test = "reports/verdict/conclusion.go", "TestConclusion"
	const claims, held = "reports/verdict/claims.go", "TestResultsAreHeldAgainstTheClaims"
	return []edit{
		{file: conclusion, test: test, wrong: "a MUST that was skipped does not stand in the way of conformance",
			was: `v.With(Skipped, NotRun, Blocked)`, broken: `v.With(NotRun, Blocked)`},
		{file: conclusion, test: test, wrong: "a MUST that was blocked does not stand in the way of conformance",
			was: `v.With(Skipped, NotRun, Blocked)`, broken: `v.With(Skipped, NotRun)`},
		{file: conclusion, test: test, wrong: "an interrupted run is conformant",
			was: `case len(errors) > 0 || len(v.Problems) > 0:`, broken: `case len(errors) > 0:`},
		{file: conclusion, test: test, wrong: "a failure hides an error of the harness",
			was: `case len(errors) > 0 || len(v.Problems) > 0:`, broken: `case len(failed) == 0 && (len(errors) > 0 || len(v.Problems) > 0):`},
		{file: conclusion, test: test, wrong: "a run that judged nothing is conformant",
			was: `if v.Counts.Of(Pass, Warn, Fail) == 0 {`, broken: `if v.Counts.Of(Pass, Warn, Fail) < 0 {`},
		{file: conclusion, test: "TestWhatIsClaimedAndNotExercisedMakesItPartial", wrong: "what is claimed and was not exercised is conformant",
			was: `case len(v.Unexercised) > 0:`, broken: `case len(v.Unexercised) > len(v.Run.Subject.Capabilities):`},
		{file: claims, test: held, wrong: "a spec that says unsupported of what is claimed is believed",
			was: `if r.Reason == c.Sentence() {`, broken: `if r.Reason == c.Sentence() && !c.OfDriver() {`},
		{file: claims, test: held, wrong: "a requirement is judged of a subject that does not claim it",
			was: `case Pass, Warn, Fail:`, broken: `case Warn:`},
		{file: "reports/verdict/against.go", test: "TestARecordOfAnotherCatalogueIsRefused", wrong: "a record of another catalogue is reported as if it were of this one",
			was: `if v.Catalogue == accepted {`, broken: `if v.Catalogue != "" {`},
		{file: "framework/catalogue/version.go", test: "TestVersionIsOfWhatIsPromised", wrong: "catalogues with the same IDs are of the same version",
			was: `h.Write([]byte(r.promise() + "\n"))`, broken: `h.Write([]byte(r.ID + "\n"))`},
		{file: "reports/verdict/status.go", test: "TestMaxIsTheWorst", wrong: "a whole is as good as its best part",
			was: `return slices.Max(append(statuses, Unsupported))`, broken: `return slices.Min(append(statuses, Error))`},
	}
}

func junits() []edit {
	const junit, xunit = "reports/junit/junit.go", "reports/xunit/xunit.go"
	return []edit{
		{file: junit, test: "TestEachStatusHasItsElement", wrong: "in JUnit, unsupported and not run look like a pass",
			was: `c.Skipped = &xunit.Message{Message: r.Status.String() + ": " + line}`, broken: ``},
		{file: junit, test: "TestEachStatusHasItsElement", often: true, wrong: "in JUnit, skipped looks like a pass",
			was: "case verdict.Skipped:\n\t\tc.Skipped = &xunit.Message{Message: line}", broken: "case verdict.Skipped:"},
		{file: junit, test: "TestEachStatusHasItsElement", wrong: "in JUnit, blocked looks like a pass",
			was: `c.Error = &xunit.Message{Message: line, Type: "Blocked", Text: text(r)}`, broken: ``},
		{file: junit, test: "TestProblemsOfTheRunAreErrors", wrong: "in JUnit, a run that went wrong as a whole looks sound",
			was: `if len(v.Problems) > 0 {`, broken: `if len(v.Problems) > 0 && len(v.Areas) == 0 {`},
		{file: xunit, test: "TestTotalsAreThoseOfTheCases", wrong: "errors are not added up",
			was: "case c.Error != nil:\n\t\tone.Errors = 1", broken: "case c.Error != nil:"},
		{file: xunit, test: "TestTimeThatIsNoNumber", wrong: "an error of the encoder is swallowed",
			was: "if err := encoder.Encode(d); err != nil {\n\t\treturn fmt.Errorf(\"encoding JUnit XML: %w\", err)", broken: "if err := encoder.Encode(d); err != nil {\n\t\treturn nil"},
	}
}

func mutantJudges() []edit {
	const judge, test = "reports/mutants/judge.go", "TestOutcome"
	return []edit{
		{file: judge, test: test, often: true, wrong: "a mutant that was not armed is killed",
			was: `if !run.Armed {`, broken: `if !run.Armed && run.Mutant == "" {`},
		{file: judge, test: test, wrong: "a mutant is killed although the honest run failed, too",
			was: `sound.Status != verdict.Pass {`, broken: `sound.Status == verdict.Error {`},
		{file: judge, test: test, wrong: "blocked is taken for a kill",
			was: `case ended.Status == verdict.Fail || ended.Status == verdict.Warn:`, broken: `case ended.Status >= verdict.Warn && ended.Status != verdict.Error:`},
		{file: judge, test: test, wrong: "an error of the harness is taken for a kill",
			was: `case ended.Status == verdict.Fail || ended.Status == verdict.Warn:`, broken: `case ended.Status == verdict.Error || ended.Status == verdict.Fail || ended.Status == verdict.Warn:`},
		{file: judge, test: test, wrong: "a run that was interrupted under the mutant kills it",
			was: `if problems := wrong(under); len(problems) > 0 {`, broken: `if problems := wrong(under); len(problems) > 99 {`},
		{file: judge, test: test, wrong: "what is inconclusive is no failure of the proof",
			was: `case m.Of(Inconclusive) > 0 || len(m.Rows) == 0:`, broken: `case len(m.Rows) == 0:`},
		{file: judge, test: test, wrong: "any requirement that fails under the mutant kills it",
			was: `if r.Requirement.ID == id {`, broken: `if r.Requirement.ID == id || r.Status == verdict.Fail {`},
		{file: "reports/mutants/merge.go", test: "TestOfAPairTheNewestRowIsKept", wrong: "a kill of an older run hides that a newer run did not kill",
			was: `!there || proof.Started.After(was.proof.Started) {`, broken: `!there || proof.Started.After(was.proof.Started) && row.Outcome == Killed {`},
		{file: "reports/mutants/merge.go", test: "TestAMatrixIsHeldAgainstTheCatalogue", wrong: "pairs that were never run are left out of the track record",
			was: `current.Rows = append(current.Rows, row)`, broken: "if i >= 0 {\n\t\t\tcurrent.Rows = append(current.Rows, row)\n\t\t}"},
		{file: judge, test: "TestEveryPairIsARow", wrong: "a proof of nothing is a proof",
			was: `case m.Of(Inconclusive) > 0 || len(m.Rows) == 0:`, broken: `case m.Of(Inconclusive) > 0:`},
		{file: judge, test: "TestEveryPairIsARow", wrong: "a MUST that names no mutant is proven",
			was: `if len(requirement.Mutants) == 0 && requirement.Level == catalogue.Must {`, broken: `if len(requirement.Mutants) == 0 && requirement.ID == "" {`},
	}
}

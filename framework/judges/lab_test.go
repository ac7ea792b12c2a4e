package judges

func fences() []edit {
	const fence = "framework/proof/fence.go"
	const again, nothing = "TestArmWaitsUntilTheProbeChangesAndAgain", "TestAPolicyThatChangesNothingIsNotArmed"
	return []edit{
		{file: fence, test: again, wrong: "a window that looks once: one changed probe is enough",
			was: `const inARow = 3`, broken: `const inARow = 1`},
		{file: fence, test: again, wrong: "changed probes are counted on over one that was not changed",
			was: `changed, said = 0, err`, broken: `said = err`},
		{file: fence, test: nothing, wrong: "a policy that changes nothing is in force",
			was: `if !equality.Semantic.DeepEqual(honest, under) {`, broken: `if equality.Semantic.DeepEqual(honest, under) {`},
		{file: fence, test: nothing, wrong: "what differs between any two objects is taken for the defect",
			was: `kept["metadata"] = map[string]any{"labels": labels, "finalizers": stored.GetFinalizers()}`, broken: `_ = labels`},
		{file: fence, test: nothing, wrong: "a probe that the API server refused is taken for a changed one",
			was: "under, err := c.dryRun(ctx, resource, probe, name)\n\t\tif err != nil {\n\t\t\treturn false, err", broken: "under, err := c.dryRun(ctx, resource, probe, name)\n\t\tif err != nil {\n\t\t\treturn true, nil"},
		{file: fence, test: again, wrong: "the probe is really created",
			was: `metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}`, broken: `metav1.CreateOptions{}`},
		{file: fence, test: "TestArmRefusesWhatItDidNotMake", wrong: "the policy of another proof is taken away",
			was: `if apierrors.IsAlreadyExists(err) {`, broken: "if apierrors.IsAlreadyExists(err) {\n\t\t\terr = errors.Join(err, api.MutatingAdmissionPolicies().Delete(ctx, name, metav1.DeleteOptions{}))"},
		{file: "framework/proof/pass.go", test: "TestAMutantThatIsNotArmedRunsNothing", wrong: "a mutant that is not in force counts as armed",
			was: `e.armed, e.note = false, armErr.Error()`, broken: `e.note = armErr.Error()`},
		{file: "framework/proof/plan.go", test: "TestProof", wrong: "what cordons nodes runs beside others",
			was: `case !r.Alone():`, broken: `case !r.OfDriver():`},
		{file: "framework/proof/plan.go", test: "TestWhoLooksAtAllIsAlone", wrong: "what looks at all that the driver has runs beside an outage",
			was: `case r.Surveys:`, broken: `case false:`},
		{file: "framework/proof/plan.go", test: "TestWhoDisturbsANodeIsBesideOutagesOnly", wrong: "what ends others' programs on a node is taken for an outage",
			was: `case r.Nodes:`, broken: `case false:`},
		{file: "framework/run/legs.go", test: "TestLegs", wrong: "what disturbs a node runs beside what uses no driver",
			was: `case r.Nodes:`, broken: `case false:`},
		{file: "framework/run/legs.go", test: "TestLegs", wrong: "what cordons nodes runs beside those that need them",
			was: `case !r.OfDriver() && !r.Alone():`, broken: `case !r.OfDriver():`},
		{file: "framework/verify/verify.go", test: "TestWhatHasToBeAloneIsSerial", in: "suites", wrong: "what kills the driver runs beside others",
			was: `if r.Alone() {`, broken: `if false {`},
	}
}

func looking() []edit {
	const thing, journal = "framework/lab/thing.go", "framework/lab/journal.go"
	return []edit{
		{file: thing, test: "TestLookBackSeesWhatPassedBetweenTwoLooks", wrong: "a look back at the last version alone",
			was: `for i, v := range versions {`, broken: `for i, v := range versions[max(0, len(versions)-1):] {`},
		{file: thing, test: "TestLookBackSeesADeletion", wrong: "a look back is blind to deletions",
			was: `Seen: true, Gone: v.gone, Object: v.object.(T), Events: events}`, broken: `Seen: true, Object: v.object.(T), Events: events}`},
		{file: thing, test: "TestLookBackSwallowsNoError", wrong: "a version of which the matcher says never is passed over",
			was: `!ok || err != nil {`, broken: `!ok && err == nil {`},
		{file: thing, test: "TestThroughoutLooksBehindTheFence", wrong: "the look back comes before the fence",
			was: "during()\n\tt.b.judging(ctx, t.lose)\n\tlooked, failure := t.lookBack(m)", broken: "looked, failure := t.lookBack(m)\n\tduring()"},
		{file: thing, test: "TestAwaitEndsWithADeletion", wrong: "what a controller makes again is given up",
			was: `t.own(s.Object) && metav1.GetControllerOf(s.Object) == nil:`, broken: `t.own(s.Object) && metav1.GetControllerOf(s.Object) != new(metav1.OwnerReference):`},
		{file: thing, test: "TestAwaitEndsWithADeletion", wrong: "the end of an earlier object of the name is taken for this one's",
			was: `t.made.GetUID() == "" || t.made.GetUID() == o.GetUID()`, broken: `true`},
		{file: "framework/lab/spoil.go", test: "TestOnlyTheNamedJudgementIsSpoilt", wrong: "every judgement from the named one on is spoilt",
			was: `if b.judged != b.lab.cfg.Spoil {`, broken: `if b.judged < b.lab.cfg.Spoil {`},
		{file: "framework/proof/plan.go", test: "TestTheUsualProofTriesNothingFurther", wrong: "nothing is ever spoilt",
			was: `return m.Further })`, broken: `return m.Nth() > 0 })`},
		{file: thing, test: "TestThroughoutNeedsSomethingToLookAt", wrong: "what no watch ever showed was so throughout",
			was: `if looked == 0 {`, broken: `if looked < 0 {`},
		{file: thing, test: "TestAwaitSwallowsNoError", wrong: "a matcher that cannot look is taken for one that holds",
			was: `return true, failure + "\n  (cannot look: " + err.Error() + ")"`, broken: `return true, ""`},
		{file: thing, test: "TestAwaitEndsAtOnceWhenItNeverWill", wrong: "what cannot come any more is no failure",
			was: `return true, failure + "\n  (it cannot come any more: " + final.Error() + ")"`, broken: `return true, ""`},
		{file: thing, test: "TestAwaitTellsWhatItLastSawWhenTheBudgetIsSpent", wrong: "a budget that is spent is no failure",
			was: `return fmt.Sprintf("%s\n  (after %s: %v)", failure, time.Since(began).Round(100*time.Millisecond), err)`, broken: `return ""`},
		{file: journal, test: "TestLookBackSeesWhatPassedBetweenTwoLooks", wrong: "the journal keeps only the last version",
			was: `append(j.versions[k], version{`, broken: `append(j.versions[k][:0], version{`},
	}
}

func inventories() []edit {
	const inventory = "framework/lab/inventory.go"
	const handles = "TestTracesAreOfAllThatTheSpecEverHad"
	return []edit{
		{file: inventory, test: handles, wrong: "only of what still exists is looked for what it left behind",
			was: `for _, o := range b.lab.journal.ever(b.owns) {`, broken: "for _, o := range b.lab.journal.existing(b.owns) {"},
		{file: inventory, test: handles, wrong: "another driver's volumes are counted in",
			was: `o.Spec.CSI != nil && o.Spec.CSI.Driver == driver {`, broken: `o.Spec.CSI != nil {`},
		{file: inventory, test: handles, wrong: "snapshots are left out of the inventory",
			was: `return *o.Status.SnapshotHandle`, broken: `return ""`},
		{file: inventory, test: "TestLeftoversAreNamed", wrong: "an object that outlived its spec is passed over",
			was: "if len(left) > 0 {\n\t\treturn left, nil", broken: "if len(left) > 0 {\n\t\treturn nil, nil"},
		{file: inventory, test: "TestFoldersThatCannotBeLookedIntoAreAnError", wrong: "a folder that cannot be looked into holds nothing",
			was: "err := group.Wait()\n\tvar all remains", broken: "_ = group.Wait()\n\tvar err error\n\tvar all remains"},
		{file: inventory, test: "TestFoldersThatCannotBeLookedIntoAreAnError", wrong: "what the folders hold is left out of the leftovers",
			was: "return b.residue(ctx)\n}", broken: "return nil, ctx.Err()\n}"},
		{file: "framework/lab/undo.go", test: "TestLeftoversAreNamed", wrong: "one thing that is left is none",
			was: `return len(left) == 0`, broken: `return len(left) <= 1`},
		{file: "framework/lab/stock.go", test: "TestWhatStandsBeyondAStock", wrong: "a stock is compared by how much stands there",
			was: `return slices.DeleteFunc(slices.Clone(s), func(thing string) bool { return slices.Contains(other, thing) })`, broken: "_ = slices.Contains(other, \"\")\n\treturn s[:max(0, len(s)-len(other))]"},
		{file: "framework/agent/seek.go", test: "TestSeekFindsNamesWhereVolumesStand", wrong: "only the uppermost folder is looked into",
			was: `strings.Count(path, "/") >= SeekDepth-1 {`, broken: `path != "." && strings.Count(path, "/") >= 0 {`},
		{file: "framework/agent/seek.go", test: "TestSeekIsToldWhatItNeeds", wrong: "a folder that is not there holds nothing",
			was: "root, err := os.OpenRoot(under)\n\tif err != nil {\n\t\treturn err", broken: "root, err := os.OpenRoot(under)\n\tif err != nil {\n\t\treturn nil"},
	}
}

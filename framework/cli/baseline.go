package cli

import (
	"time"

	"github.com/spf13/pflag"

	"csicert/framework/catalogue"
	"csicert/framework/run"
	"csicert/reports/baseline"
	"csicert/reports/verdict"
)

// baselineFlags are those of the verbs that judge a subject.
type baselineFlags struct {
	file   string
	strict bool
}

func (b *baselineFlags) register(f *pflag.FlagSet) {
	f.StringVar(&b.file, "baseline", "", "file of known failures (kind: Baseline), which do not gate until they expire; the run's record keeps it")
	f.BoolVar(&b.strict, "baseline-strict", false, "end with 1 when a known failure passes, so that it is taken out of the baseline")
}

// given tells whether the user named a baseline, or half of one.
func (b *baselineFlags) given() bool { return b.file != "" || b.strict }

// load reads the baseline, before anything is made; nil where none was named.
func (b *baselineFlags) load(requirements []catalogue.Requirement) (*verdict.Baseline, error) {
	switch {
	case !b.given():
		return nil, nil
	case b.file == "":
		return nil, run.Invalid{Field: "--baseline-strict", Found: "no --baseline", Accepted: "only beside --baseline"}
	}
	known, err := baseline.Load(b.file, requirements, time.Now())
	if err != nil {
		return nil, err
	}
	known.Strict = b.strict
	return known, nil
}

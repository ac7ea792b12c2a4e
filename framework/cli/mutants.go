package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"csicert/framework/lab"
	"csicert/framework/proof"
	"csicert/framework/run"
	"csicert/reports/verdict"
)

// defaultHaste is what is left of the budgets of a proof's passes, the honest ones included; see proof.Options. The longest wait of an
// honest pass was measured at a quarter to a third of what it then has.
const defaultHaste = 0.25

func mutantsVerb(a *app) *cobra.Command {
	var j judging
	var p proof.Options
	var page trackRecord
	cmd := &cobra.Command{
		Use:   "mutants",
		Short: "Prove the specs: run each under the defects that it must catch, beside honest passes in one cluster",
		Example: `  csicert mutants
  csicert mutants --focus LOCAL-002
  csicert mutants --page suites/MUTANTS.md --from reports/out/mutants.json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if page.file != "" || len(page.from) > 0 {
				return a.write(page, cmd)
			}
			o, err := j.complete(a, cmd.Flags())
			if err != nil {
				return err
			}
			return a.prove(cmd.Context(), o, p)
		},
	}
	flags := cmd.Flags()
	j.registerPasses(flags, &p, "requirements, mutants and pairs (ID/mutant) to prove, separated by commas")
	flags.Float64Var(&p.Haste, "haste", defaultHaste, "multiplies the times that a judgement may take, honest passes included; above 0 and up to 1")
	flags.BoolVar(&p.Every, "every-judgement", false, "spoil every judgement that a requirement names, not only those that decide")
	flags.StringVar(&page.file, "page", "", "run nothing: write the track record, a Markdown page, to this file; needs --from")
	flags.StringArrayVar(&page.from, "from", nil, "a mutants.json that the page is made from; again for each further one: of a pair the newest run counts")
	cmd.AddCommand(draftsVerb(a))
	return cmd
}

// registerPasses are the flags of the verbs that run many passes, which choose the specs themselves.
func (j *judging) registerPasses(flags *pflag.FlagSet, p *proof.Options, focus string) {
	j.register(flags)
	flags.Lookup("focus").Usage = focus
	for _, foreign := range []string{"label-filter", "keep-failed", "procs"} {
		flags.Lookup(foreign).Hidden = true
	}
	flags.IntVar(&p.Beside, "beside", 0, "passes beside each other; by default from the cores")
}

// prove makes the matrix on a session's cluster.
func (a *app) prove(ctx context.Context, o run.Options, p proof.Options) error {
	return a.passes(ctx, "mutants", o, p, proof.Options.Check, func(s *run.Session, p proof.Options) (int, error) {
		m, err := proof.Run(ctx, p)
		if len(m.Rows) > 0 { // of a proof that was cut short, what had been learnt
			if told := errors.Join(proof.Write(m, s.Dir), proof.Write(m, o.OutDir), m.Write(a.stdout)); told != nil {
				return 0, errors.Join(err, fmt.Errorf("reporting the proof: %w", told))
			}
		}
		return m.ExitCode(), err
	})
}

// passes opens a session with the driver that has every fault and variation, for work that runs passes on it; its records
// come into a folder of that name.
func (a *app) passes(ctx context.Context, verb string, o run.Options, p proof.Options, check func(proof.Options) error, work func(*run.Session, proof.Options) (int, error)) (err error) {
	if o.LabelFilter != "" || o.KeepFailed {
		return run.Invalid{Field: "flags of csicert " + verb, Found: "--label-filter or --keep-failed", Accepted: "--focus"}
	}
	if o.Focus != "" {
		p.Focus, o.Focus = strings.Split(o.Focus, ","), "" // the session's own filter stays open
	}
	p.Requirements, o.Mutants = o.Requirements, true
	if err := check(p); err != nil { // before a cluster is made for it
		return err
	}
	s, err := run.Open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close(ctx, nil)) }()
	quiet := *s
	quiet.Out = io.Discard // a line for every pass, not for every spec
	p.Lab, p.Dir, p.Out = s.Lab, filepath.Join(s.Dir, verb), a.stderr
	p.Pass = func(ctx context.Context, dir, filter string, cfg lab.Config) (verdict.Record, error) {
		return quiet.Judge(ctx, run.Pass{Dir: dir, Lab: cfg, Filter: filter, Procs: 1, Seed: o.Seed, Crowded: true})
	}
	code, err := work(s, p)
	if err != nil {
		return err
	}
	return exit(code)
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"csicert/framework/lab"
	"csicert/framework/proof"
	"csicert/framework/run"
	"csicert/reports/verdict"
)

// defaultHaste halves the budgets of a proof's passes, the honest ones included; see proof.Options.
const defaultHaste = 0.5

func mutantsVerb(a *app) *cobra.Command {
	var j judging
	var p proof.Options
	var page trackRecord
	cmd := &cobra.Command{
		Use:   "mutants",
		Short: "Prove the specs: run each under the defects that it must catch, beside honest passes in one cluster",
		Args:  noArguments,
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
	j.register(flags)
	flags.Lookup("focus").Usage = "requirements, mutants and pairs (ID/mutant) to prove, separated by commas"
	for _, foreign := range []string{"label-filter", "keep-failed", "procs"} { // a proof chooses pairs, not specs
		flags.Lookup(foreign).Hidden = true
	}
	flags.Float64Var(&p.Haste, "haste", defaultHaste, "multiplies the times that a judgement may take, honest passes included; above 0 and up to 1")
	flags.StringVar(&page.file, "page", "", "run nothing: write the track record, a Markdown page, to this file; needs --from")
	flags.StringArrayVar(&page.from, "from", nil, "a mutants.json that the page is made from; again for each further one: of a pair the newest run counts")
	flags.IntVar(&p.Beside, "beside", 0, "passes beside each other; by default from the cores")
	return cmd
}

// prove makes the matrix on a session's cluster.
func (a *app) prove(ctx context.Context, o run.Options, p proof.Options) (err error) {
	if o.LabelFilter != "" || o.KeepFailed {
		return run.Invalid{Field: "flags of csicert mutants", Found: "--label-filter or --keep-failed", Accepted: "--focus"}
	}
	if o.Focus != "" {
		p.Focus, o.Focus = strings.Split(o.Focus, ","), "" // the session's own filter stays open
	}
	p.Requirements, o.Mutants = o.Requirements, true
	if err := p.Check(); err != nil { // before a cluster is made for it
		return err
	}
	s, err := run.Open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close(ctx, nil)) }()
	quiet := *s
	quiet.Out = io.Discard // a line for every pass, not for every spec
	p.Lab, p.Dir, p.Out = s.Lab, filepath.Join(s.Dir, "mutants"), a.stderr
	p.Pass = func(ctx context.Context, dir, filter string, cfg lab.Config) (verdict.Record, error) {
		return quiet.Judge(ctx, run.Pass{Dir: dir, Lab: cfg, Filter: filter, Procs: 1, Seed: o.Seed})
	}
	m, err := proof.Run(ctx, p)
	if len(m.Rows) > 0 { // of a proof that was cut short, what had been learnt
		if told := errors.Join(proof.Write(m, s.Dir), proof.Write(m, o.OutDir), m.Write(a.stdout)); told != nil {
			return errors.Join(err, fmt.Errorf("reporting the proof: %w", told))
		}
	}
	if err != nil {
		return err
	}
	return exit(m.ExitCode())
}

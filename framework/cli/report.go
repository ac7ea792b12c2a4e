package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"csicert/framework/run"
	"csicert/reports/markdown"
	"csicert/reports/summary"
	"csicert/reports/verdict"
)

func reportVerb(a *app) *cobra.Command {
	var known baselineFlags
	cmd := &cobra.Command{
		Use:     "report RUN",
		Short:   "Make all reports of a recorded run again, without a cluster",
		Example: `  csicert report latest`,
		Args:    oneArgument(aRun),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := a.options()
			if err != nil {
				return err
			}
			path, r, err := a.recorded(args[0])
			if err != nil {
				return err
			}
			if known.given() {
				if r.Baseline, err = known.load(o.Requirements); err != nil {
					return err
				}
			}
			v, err := verdict.Against(r, o.Requirements)
			if err != nil {
				return err
			}
			if known.given() { // the statement carries the digest of what it was computed from
				if err := r.Save(path); err != nil {
					return err
				}
			}
			if err := errors.Join(run.WriteReports(filepath.Dir(path), v), run.WriteStatement(path, r)); err != nil {
				return err
			}
			if err := a.tell(v); err != nil {
				return err
			}
			return exit(v.ExitCode())
		},
	}
	known.register(cmd.Flags())
	return cmd
}

// aRun is what a verb accepts where it asks for a run.
const aRun = "the ID of a run, latest, or the path of a record"

// recorded reads the record that the user calls by name.
func (a *app) recorded(name string) (path string, r verdict.Record, err error) {
	o, err := a.options()
	if err != nil {
		return "", r, err
	}
	path = run.FindRecord(o.OutDir, name)
	r, err = verdict.Load(path)
	return path, r, err
}

// tell shows the verdict in the terminal and, on GitHub, in the job's summary.
func (a *app) tell(v verdict.Verdict) error {
	return errors.Join(summary.Write(a.stdout, v, summaryWidth), appendSummary(func(w io.Writer) error { return markdown.Write(w, v) }))
}

// appendSummary adds to the file that a job of GitHub Actions names for its summary, if there is one.
func appendSummary(write func(io.Writer) error) error {
	path := os.Getenv("GITHUB_STEP_SUMMARY")
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("writing the job's summary, which GITHUB_STEP_SUMMARY names: %w", err)
	}
	return errors.Join(write(file), file.Close())
}

package cli

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"csicert/framework/run"
	"csicert/reports/summary"
	"csicert/reports/verdict"
)

func reportVerb(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "report RUN",
		Short: "Make all reports of a recorded run again, without a cluster",
		Args:  oneArgument("the ID of a run, latest, or the path of a record"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := a.options()
			if err != nil {
				return err
			}
			path := run.FindRecord(o.OutDir, args[0])
			r, err := verdict.Load(path)
			if err != nil {
				return err
			}
			v, err := verdict.Against(r, o.Requirements)
			if err != nil {
				return err
			}
			if err := run.WriteReports(filepath.Dir(path), v); err != nil {
				return err
			}
			if err := summary.Write(a.stdout, v, summaryWidth); err != nil {
				return err
			}
			return exit(v.ExitCode())
		},
	}
}

package cli

import (
	"bytes"
	"path/filepath"

	"github.com/spf13/cobra"

	"csicert/framework/run"
	"csicert/framework/run/bench"
)

func benchVerb(a *app) *cobra.Command {
	var j judging
	var runs int
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Run everything several times, warm, and say what each phase costs",
		Example: `  csicert bench
  csicert bench --driver none --runs 5`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := j.complete(a, cmd.Flags())
			if err != nil {
				return err
			}
			samples, err := run.Bench(cmd.Context(), o, runs)
			if err != nil {
				return err
			}
			var page bytes.Buffer
			if err := bench.Markdown(&page, samples); err != nil {
				return err
			}
			if err := run.WriteFile(filepath.Join(o.OutDir, "bench.md"), page.Bytes()); err != nil {
				return err
			}
			_, err = a.stdout.Write(page.Bytes())
			return err
		},
	}
	j.register(cmd.Flags())
	cmd.Flags().IntVar(&runs, "runs", 3, "how many runs")
	return cmd
}

package cli

import (
	"context"

	"github.com/spf13/cobra"

	"csicert/framework/run"
)

const summaryWidth = 100

func e2eVerb(a *app) *cobra.Command {
	var j judging
	var known baselineFlags
	var told progressFlags
	cmd := &cobra.Command{
		Use: "e2e", Aliases: []string{"certify"},
		Short: "From a bare machine to a verdict: engine, images, cluster, suites, reports, and all of it taken away",
		Example: `  csicert e2e
  csicert e2e --driver my-driver.yaml
  csicert e2e --driver my-driver.yaml --kubeconfig FILE --context NAME --agent-image REF
  csicert e2e --focus SNAP-001 --reuse csicert`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := j.complete(a, cmd.Flags())
			if err != nil {
				return err
			}
			if o.Baseline, err = known.load(o.Requirements); err != nil {
				return err
			}
			return a.judge(cmd.Context(), o, told)
		},
	}
	j.register(cmd.Flags())
	known.register(cmd.Flags())
	told.register(cmd.Flags())
	return cmd
}

// judge runs everything and tells the verdict. The error is the verdict's exit code, or why there is no verdict.
func (a *app) judge(ctx context.Context, o run.Options, told progressFlags) error {
	display, err := told.display(a)
	if err != nil {
		return err
	}
	o.Progress, o.Out = display, display
	display.Run(ctx)
	_, v, err := run.E2E(ctx, o)
	display.Close()
	if v.Areas != nil {
		if failed := a.tell(v); failed != nil {
			return failed
		}
	}
	if err != nil {
		return err
	}
	return exit(v.ExitCode())
}

package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"csicert/reports/compare"
)

func compareVerb(a *app) *cobra.Command {
	var factor float64
	cmd := &cobra.Command{
		Use:   "compare OLD NEW",
		Short: "Say what got worse (exit 1), better or only slower (exit 2) from one recorded run to another",
		Example: `  csicert compare 261125-163502-1704 latest
  csicert compare old/record.json new/record.json --factor 1.5`,
		Args: exactly(2, "two: each "+aRun),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, earlier, err := a.recorded(args[0])
			if err != nil {
				return err
			}
			_, later, err := a.recorded(args[1])
			if err != nil {
				return err
			}
			c, err := compare.Of(earlier, later, factor)
			if err != nil {
				return err
			}
			if err := errors.Join(c.Write(a.stdout), appendSummary(c.Write)); err != nil {
				return err
			}
			return exit(c.ExitCode())
		},
	}
	cmd.Flags().Float64Var(&factor, "factor", compare.DefaultFactor, "from how many times the earlier median on a wait is slower; above 1")
	return cmd
}

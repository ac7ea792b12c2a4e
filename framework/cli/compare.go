package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"csicert/framework/run"
	"csicert/reports/compare"
)

func compareVerb(a *app) *cobra.Command {
	var factor float64
	var format string
	cmd := &cobra.Command{
		Use:   "compare OLD NEW",
		Short: "Say what got worse (exit 1), better or only slower (exit 2) from one recorded run to another",
		Example: `  csicert compare 261125-163502-1704 latest
  csicert compare old/record.json new/record.json --factor 1.5`,
		Args: exactly(2, "two: each "+aRun),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(compare.Formats(), format) {
				return run.Invalid{Field: "--output", Found: fmt.Sprintf("%q", format), Accepted: strings.Join(compare.Formats(), ", ")}
			}
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
			if err := errors.Join(c.WriteAs(a.stdout, format), appendSummary(c.Write)); err != nil {
				return err
			}
			return exit(c.ExitCode())
		},
	}
	cmd.Flags().Float64Var(&factor, "slower", compare.DefaultFactor, "from how many times the earlier median on a wait is slower; above 1")
	cmd.Flags().StringVar(&format, "output", "text", "form of what is printed: text, markdown, json or yaml")
	return cmd
}

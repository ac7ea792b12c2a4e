package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"csicert/reports/statement"
	"csicert/reports/verdict"
)

func verifyVerb(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "verify STATEMENT RUN",
		Short:   "Compute a conformance statement again from the run's record, and end with 1 when a field differs",
		Example: `  csicert verify reports/out/statement.yaml latest`,
		Args:    exactly(2, "two: the path of a statement, and "+aRun),
		RunE: func(cmd *cobra.Command, args []string) error {
			stated, err := statement.Load(args[0])
			if err != nil {
				return err
			}
			path, r, err := a.recorded(args[1])
			if err != nil {
				return err
			}
			digest, err := verdict.DigestOf(path)
			if err != nil {
				return err
			}
			computed, err := statement.Of(r, digest)
			if err != nil {
				return err
			}
			found, err := statement.Differences(stated, computed)
			if err != nil {
				return err
			}
			return a.tellDifferences(found, computed)
		},
	}
}

func (a *app) tellDifferences(found []statement.Difference, computed statement.Statement) error {
	if len(found) == 0 {
		_, err := fmt.Fprintf(a.stdout, "the statement says what record %s says: %s\n", computed.Run.ID, verdict.Plain(computed.Sentence))
		return err
	}
	for _, d := range found {
		if _, err := fmt.Fprintf(a.stdout, "%s: stated %q, the record says %q\n", d.Field, d.Stated, d.Computed); err != nil {
			return err
		}
	}
	return exit(1)
}

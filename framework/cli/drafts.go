package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"csicert/framework/judgements"
	"csicert/framework/run"
	"csicert/reports/mutants"
)

func draftsVerb(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "drafts FILE...",
		Short:   "List the judgements of the specs that no recorded mutant has made fail",
		Long:    "Reads mutants.json files of earlier proofs, of this checkout's specs. Exit 1 if any judgement was never seen to fail.",
		Example: "  csicert mutants drafts reports/out/mutants.json",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return nil
			}
			return oneArgument("a mutants.json of an earlier run")(cmd, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			o, err := a.options()
			if err != nil {
				return err
			}
			all, err := judgements.Of(o.Source)
			if err != nil {
				return err
			}
			var failed []string
			for _, path := range args {
				m, err := mutants.Load(path)
				if err != nil {
					return err
				}
				for _, row := range m.Rows {
					if row.Outcome == mutants.Killed && row.At == "" {
						return run.Invalid{Field: path, Found: "mutants that were killed nobody wrote down where, such as " + row.Mutant, Accepted: "a mutants.json that this version of csicert wrote"}
					}
					failed = append(failed, row.At)
				}
			}
			drafts := judgements.Drafts(all, failed)
			for _, d := range drafts {
				fmt.Fprintf(a.stdout, "%s %s\n", d.At, d.Call)
			}
			fmt.Fprintf(a.stdout, "%d of %d judgements were never seen to fail\n", len(drafts), len(all))
			if len(drafts) > 0 {
				return exit(1)
			}
			return nil
		},
	}
}

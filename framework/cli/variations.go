package cli

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"csicert/framework/proof"
	"csicert/framework/run"
)

func variationsVerb(a *app) *cobra.Command {
	var j judging
	var p proof.Options
	cmd := &cobra.Command{
		Use:   "variations",
		Short: "Prove the specs the other way round: none may condemn the bundled driver when it keeps its promises in other ways",
		Example: `  csicert variations
  csicert variations --focus slow,SNAP-001`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := j.complete(a, cmd.Flags())
			if err != nil {
				return err
			}
			if o.Driver != run.BundledDriver {
				return run.Invalid{Field: "--driver", Found: cmp.Or(o.Driver, run.NoDriver), Accepted: run.BundledDriver + ", the only one that can be varied, on a cluster of csicert's own"}
			}
			ctx := cmd.Context()
			return a.passes(ctx, "variations", o, p, proof.Options.CheckVariations, func(s *run.Session, p proof.Options) (int, error) {
				t, err := proof.Vary(ctx, p, s.SetControllers)
				if err != nil {
					return 0, err
				}
				if err := errors.Join(proof.WriteVariations(t, s.Dir), proof.WriteVariations(t, o.OutDir), t.Write(a.stdout)); err != nil {
					return 0, fmt.Errorf("reporting the variations: %w", err)
				}
				return t.ExitCode(), nil
			})
		},
	}
	j.registerPasses(cmd.Flags(), &p, "variations and requirements to run, separated by commas")
	return cmd
}

package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"csicert/framework/run"
)

func downVerb(a *app) *cobra.Command {
	var o run.Options
	var id string
	var dryRun bool
	cmd := &cobra.Command{
		Use:     "down",
		Short:   "Remove from a cluster of yours what runs left there, by label, and end with 1 when something stays",
		Example: "  csicert down --kubeconfig FILE --context NAME --dry-run\n  csicert down --kubeconfig FILE --context NAME --run 261125-163502-1704",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := run.Down(cmd.Context(), o, id, dryRun)
			for _, what := range r.Removed {
				fmt.Fprintf(a.stdout, "removed %s\n", what)
			}
			state := "left"
			if dryRun {
				state = "found"
			}
			for _, what := range r.Left {
				fmt.Fprintf(a.stdout, "%s %s\n", state, what)
			}
			if err != nil && len(r.Removed)+len(r.Left) > 0 {
				fmt.Fprintf(a.stderr, "csicert: %v\n", err)
				return exit(1)
			}
			if err == nil && len(r.Removed)+len(r.Left) == 0 {
				fmt.Fprintln(a.stdout, "nothing of any run is there")
			}
			if len(r.Left) > 0 && !dryRun {
				err = errors.Join(err, exit(1))
			}
			return err
		},
	}
	cmd.Flags().StringVar(&o.Kubeconfig, "kubeconfig", "", "the cluster's kubeconfig; never a default one")
	cmd.Flags().StringVar(&o.Context, "context", "", "the context in that kubeconfig; never its current one")
	cmd.Flags().StringVar(&id, "run", "", "ID of the only run to remove, alive or not; without it all of them, and nothing while any has made something in the last ten minutes")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only list what is there")
	return cmd
}

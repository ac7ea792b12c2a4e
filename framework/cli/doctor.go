package cli

import (
	"github.com/spf13/cobra"

	"csicert/framework/run"
)

func doctorVerb(a *app) *cobra.Command {
	var o run.Options
	var form format
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what of a cluster of yours, or of a driver's definition, would make a run meaningless, and how to mend it",
		Long: "Say what of a cluster of yours, or of a driver's definition, would make a run meaningless, and how to mend it.\n" +
			"It only reads. It ends with 4 when a run may not start; warnings name the requirements that may suffer.",
		Example: "  csicert doctor --driver my-driver.yaml --kubeconfig FILE --context NAME",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := form.check(); err != nil {
				return err
			}
			all, err := a.options()
			if err != nil {
				return err
			}
			o.Requirements = all.Requirements
			found, err := run.Doctor(cmd.Context(), o)
			if err != nil {
				return err
			}
			if err := form.print(a, found, func() error { return found.Write(a.stdout) }); err != nil {
				return err
			}
			if len(found.Errors()) > 0 {
				return exit(exitBadInput)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&o.AllowDisruption, "allow-disruption", false, "ask for the rights of a run that may disrupt, too")
	cmd.Flags().StringVar(&o.Driver, "driver", "", "the driver's definition")
	cmd.Flags().StringVar(&o.Kubeconfig, "kubeconfig", "", "the cluster's kubeconfig; never a default one")
	cmd.Flags().StringVar(&o.Context, "context", "", "the context in that kubeconfig; never its current one")
	form.register(cmd, "text", "json", "yaml")
	return cmd
}

package cli

import (
	"github.com/spf13/cobra"

	"csicert/framework/run"
)

func cleanVerb(a *app) *cobra.Command {
	var keepImages bool
	cmd := &cobra.Command{
		Use:   "clean",
		Short: "Take away everything that csicert put on this machine",
		Example: `  csicert clean
  csicert clean --keep-images`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := a.options()
			if err != nil {
				return err
			}
			return run.Clean(cmd.Context(), o, keepImages)
		},
	}
	cmd.Flags().BoolVar(&keepImages, "keep-images", false, "leave the node image and what it was built from")
	return cmd
}

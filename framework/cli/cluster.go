package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"csicert/framework/run"
)

const keptCluster = "csicert" // name of the cluster that `csicert cluster` makes when none is given

func clusterVerb(a *app) *cobra.Command {
	var name, shape, minor string
	var reuse bool
	cmd := &cobra.Command{
		Use: "cluster", Aliases: []string{"up"},
		Short: "Make a zoned cluster that stays, and print how to reach it",
		Example: `  csicert cluster
  csicert cluster --name mine --shape one-zone`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := a.options()
			if err != nil {
				return err
			}
			o.Name, o.Shape, o.Kubernetes = name, shape, minor
			kubeconfig, err := run.MakeCluster(cmd.Context(), o, reuse)
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "export KUBECONFIG=%s\n", kubeconfig)
			return nil
		},
	}
	cmd.Flags().StringVar(&name, "name", keptCluster, "name of the cluster")
	cmd.Flags().StringVar(&minor, "kubernetes", "", "minor version of the cluster, such as 1.34; by default the newest")
	cmd.Flags().StringVar(&shape, "shape", run.DefaultShape, "shape of the cluster: the name of an embedded one, or the path of a kind file")
	cmd.Flags().BoolVar(&reuse, "reuse", false, "take the cluster of that name if csicert made it before")
	cmd.AddCommand(clusterDelete(a))
	return cmd
}

func clusterDelete(a *app) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "delete NAME",
		Short: "Take away a cluster that csicert made",
		Example: `  csicert cluster delete mine
  csicert cluster delete --all`,
		Args: func(cmd *cobra.Command, args []string) error {
			if all {
				return noArguments(cmd, args)
			}
			return oneArgument("the name of a cluster, or --all")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, names []string) error {
			o, err := a.options()
			if err != nil {
				return err
			}
			return run.DeleteClusters(cmd.Context(), o, names...)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "every cluster that csicert made")
	return cmd
}

package cli

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"csicert/framework/run"
)

func imageVerb(a *app) *cobra.Command {
	cmd := &cobra.Command{Use: "image", Short: "List, build, save and load the images that clusters are made of", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(imageList(a), imageBuild(a), imageSave(a), imageLoad(a), imageAgent(a))
	return cmd
}

func imageList(a *app) *cobra.Command {
	return &cobra.Command{Use: "list", Short: "Print every image and component with version, source and digest", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := a.options()
			if err != nil {
				return err
			}
			images, err := run.ListImages(cmd.Context(), o)
			if err != nil {
				return err
			}
			agent, err := run.AgentImage(cmd.Context(), o)
			if err != nil {
				return err
			}
			t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "IMAGE\tCOMPONENT\tVERSION\tSOURCE\tDIGEST")
			for _, i := range images {
				fmt.Fprintf(t, "%s\t\t%s\t%s\t\n", i.Ref, i.Kubernetes, i.Origin)
				for _, c := range i.Components {
					fmt.Fprintf(t, "\t%s\t%s\t%s\t%s\n", c.Name, c.Version, c.Source, c.Digest)
				}
			}
			fmt.Fprintf(t, "%s\tagent\t%s\tthis checkout\tsha256:%s\n", agent.Ref, o.Harness.Commit, agent.SHA256)
			return t.Flush()
		}}
}

func imageBuild(a *app) *cobra.Command {
	var pull bool
	cmd := &cobra.Command{Use: "build", Short: "Have the node image, building it unless it is there", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := a.options()
			if err != nil {
				return err
			}
			o.BuildImage = !pull
			image, err := run.BuildImage(cmd.Context(), o)
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "%s %s\n", image.Ref, image.Origin)
			return nil
		}}
	cmd.Flags().BoolVar(&pull, "pull", false, "take it from a registry where one answers")
	return cmd
}

func imageSave(a *app) *cobra.Command {
	return &cobra.Command{Use: "save FILE", Short: "Write the node image to one file, for a laboratory without a network", Args: oneArgument("a file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := a.options()
			if err != nil {
				return err
			}
			return run.SaveImage(cmd.Context(), o, args[0])
		}}
}

func imageLoad(a *app) *cobra.Command {
	return &cobra.Command{Use: "load FILE", Short: "Take the node image from a file that save wrote", Args: oneArgument("a file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := a.options()
			if err != nil {
				return err
			}
			image, err := run.LoadImage(cmd.Context(), o, args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "%s %s\n", image.Ref, image.Origin)
			return nil
		}}
}

func imageAgent(a *app) *cobra.Command {
	return &cobra.Command{Use: "agent FILE", Short: "Write the workload image to a file, for a cluster of your own, and print its name", Args: oneArgument("a new file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := a.options()
			if err != nil {
				return err
			}
			ref, err := run.SaveAgentImage(cmd.Context(), o, args[0])
			if err != nil {
				return err
			}
			fmt.Fprintln(a.stdout, ref)
			return nil
		}}
}

package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"csicert/framework/run"
	"csicert/kind-config/nodeimage"
)

func imageVerb(a *app) *cobra.Command {
	cmd := &cobra.Command{Use: "image", Short: "List, build, save and load the images that clusters are made of", Args: noArguments,
		Example: `  csicert image list
  csicert image save images.tar`,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(imageList(a), imageBuild(a), imageSave(a), imageLoad(a), imageAgent(a), imageHarness(a))
	return cmd
}

// imagesTold is what image list prints as data.
type imagesTold struct {
	Nodes []nodeimage.Image `json:"nodes"`
	Agent imageAgentTold    `json:"agent"`
}

type imageAgentTold struct {
	Ref     string `json:"ref"`
	Version string `json:"version"`
	Digest  string `json:"digest"`
}

func imageList(a *app) *cobra.Command {
	var f format
	cmd := &cobra.Command{Use: "list", Short: "Print every image and component with version, source and digest", Args: noArguments,
		Example: `  csicert image list
  csicert image list --output json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check(); err != nil {
				return err
			}
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
			told := imagesTold{images, imageAgentTold{agent.Ref, o.Harness.Commit, "sha256:" + agent.SHA256}}
			return f.print(a, told, func() error { return told.write(a.stdout) })
		}}
	f.register(cmd, "table", "json", "yaml")
	return cmd
}

func (i imagesTold) write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "IMAGE\tCOMPONENT\tVERSION\tSOURCE\tDIGEST")
	for _, image := range i.Nodes {
		fmt.Fprintf(t, "%s\t\t%s\t%s\t\n", image.Ref, image.Kubernetes, image.Origin)
		for _, c := range image.Components {
			fmt.Fprintf(t, "\t%s\t%s\t%s\t%s\n", c.Name, c.Version, c.Source, c.Digest)
		}
	}
	fmt.Fprintf(t, "%s\tagent\t%s\tthis checkout\t%s\n", i.Agent.Ref, i.Agent.Version, i.Agent.Digest)
	return t.Flush()
}

func imageBuild(a *app) *cobra.Command {
	var pull bool
	var minor string
	cmd := &cobra.Command{Use: "build", Example: `  csicert image build
  csicert image build --pull`, Short: "Have the node image, building it unless it is there", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := a.options()
			if err != nil {
				return err
			}
			o.BuildImage, o.Kubernetes = !pull, minor
			image, err := run.BuildImage(cmd.Context(), o)
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "%s %s\n", image.Ref, image.Origin)
			return nil
		}}
	cmd.Flags().StringVar(&minor, "kubernetes", "", "its minor version, such as 1.34; by default the newest")
	cmd.Flags().BoolVar(&pull, "pull", false, "take it from a registry where one answers")
	return cmd
}

func imageSave(a *app) *cobra.Command {
	return &cobra.Command{Use: "save FILE", Example: `  csicert image save images.tar`, Short: "Write the node image to one file, for a laboratory without a network", Args: oneArgument("a file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := a.options()
			if err != nil {
				return err
			}
			return run.SaveImage(cmd.Context(), o, args[0])
		}}
}

func imageLoad(a *app) *cobra.Command {
	return &cobra.Command{Use: "load FILE", Example: `  csicert image load images.tar`, Short: "Take the node image from a file that save wrote", Args: oneArgument("a file"),
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
	return imageOf(a, run.SaveAgentImage, &cobra.Command{Use: "agent FILE", Example: `  csicert image agent agent.tar`,
		Short: "Write the workload image to a file, for a cluster of your own, and print its name"})
}

func imageHarness(a *app) *cobra.Command {
	return imageOf(a, run.SaveHarnessImage, &cobra.Command{Use: "harness FILE", Example: `  csicert image harness csicert.tar`,
		Short: "Write the image of csicert itself to a file, for a Job in a cluster of your own, and print its name"})
}

// imageOf completes a verb that saves an image of ours.
func imageOf(a *app, save func(context.Context, run.Options, string) (string, error), cmd *cobra.Command) *cobra.Command {
	cmd.Args = oneArgument("a new file")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o, err := a.options()
		if err != nil {
			return err
		}
		ref, err := save(cmd.Context(), o, args[0])
		if err != nil {
			return err
		}
		fmt.Fprintln(a.stdout, ref)
		return nil
	}
	return cmd
}

package cli

import (
	"time"

	"github.com/spf13/cobra"

	"csicert/framework/run"
	"csicert/reports/external"
)

func externalVerb(a *app) *cobra.Command {
	var j judging
	var e run.Storage
	cmd := &cobra.Command{
		Use:   "external",
		Short: "Run Kubernetes' own storage suite over the driver, on a new cluster or one that is reused",
		Example: `  csicert external
  csicert external --driver my-driver.yaml --testdriver my-test-driver.yaml --specs subPath`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := j.complete(a, cmd.Flags())
			if err != nil {
				return err
			}
			r, err := run.External(cmd.Context(), o, e)
			if r.Run.Suite != "" {
				if told := external.Write(a.stdout, r); told != nil {
					return told
				}
			}
			if err != nil {
				return err
			}
			return exit(r.ExitCode())
		},
	}
	flags, o := cmd.Flags(), &j.options
	flags.StringVar(&o.Shape, "shape", run.DefaultShape, "shape of the cluster: the name of an embedded one, or the path of a kind file")
	flags.StringVar(&o.Driver, "driver", run.BundledDriver, "the driver to judge: a definition file, or bundled")
	flags.StringVar(&e.TestDriver, "testdriver", "", "what the suite is told of the driver, in its own words; by default driver/deploy/external-e2e.yaml")
	flags.StringVar(&e.Specs, "specs", "", "regular expression of the only specs to run, by their text")
	flags.BoolVar(&o.Keep, "keep", false, "leave the cluster")
	flags.StringVar(&o.Reuse, "reuse", "", "name of a cluster that csicert made and kept, to judge on instead of making one")
	flags.IntVar(&o.Procs, "procs", 0, "Ginkgo processes beside each other; by default from cores and memory")
	flags.Int64Var(&o.Seed, "seed", 0, "seed of the specs' order; by default from the clock")
	flags.DurationVar(&o.Timeout, "timeout", 90*time.Minute, "for all specs together")
	flags.BoolVar(&o.BuildImage, "build-image", false, "never pull the node image")
	return cmd
}

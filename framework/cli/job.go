package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"csicert/framework/job"
	"csicert/framework/kubeconfig"
	"csicert/framework/run"
)

// errUnfetched is that the results were kept long enough.
var errUnfetched = errors.New("nobody fetched the results in time")

func jobVerb(a *app) *cobra.Command {
	var o job.Options
	var driver string
	var sonobuoy bool
	cmd := &cobra.Command{
		Use:   "job [-- FLAGS OF csicert e2e]",
		Short: "Print the objects of a Job that judges the cluster it runs in, with least rights, or the same for Sonobuoy",
		Long: "Prints what kubectl apply needs. The Job waits with its results until they are fetched, and ends with the verdict's exit code:\n\n" +
			"  kubectl exec -n csicert job/csicert -- /csicert job results > results.tar.gz\n\n" +
			"The images are written by csicert image harness and csicert image agent.",
		Example: `  csicert job --image REF --agent-image REF --driver my-driver.yaml | kubectl apply -f -
  csicert job --image REF --agent-image REF --driver my-driver.yaml -- --label-filter 'level:MUST' | kubectl apply -f -
  csicert job --image REF --agent-image REF --driver my-driver.yaml --sonobuoy > csicert-plugin.yaml`,
		Args: afterDash,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			o.Flags = args
			if o.Definition, err = run.DefinitionForJob(driver); err != nil {
				return err
			}
			if err := o.Check(); err != nil {
				return err
			}
			write := o.Manifests
			if sonobuoy {
				write = o.Plugin
			}
			text, err := write()
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(text)
			return err
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Image, "image", "", "reference of csicert's image in that cluster")
	f.StringVar(&o.Agent, "agent-image", "", "reference of the workload image in that cluster")
	f.StringVar(&driver, "driver", run.NoDriver, "definition file of a driver that is installed there; none: Kubernetes alone is judged")
	f.StringVar(&o.Namespace, "namespace", "csicert", "of the Job; made with it")
	f.DurationVar(&o.Hold, "hold", time.Hour, "how long the Job keeps results that nobody has fetched")
	f.BoolVar(&o.Disruption, "allow-disruption", false, "let specs cordon nodes, kill the driver's processes and a node's kubelet and call the driver at its own socket; the rights grow with it")
	f.BoolVar(&sonobuoy, "sonobuoy", false, "print a plugin file of Sonobuoy's")
	cmd.AddCommand(jobRun(a), jobResults(a))
	return cmd
}

// afterDash lets arguments stand behind -- only: before it they are slips.
func afterDash(cmd *cobra.Command, args []string) error {
	if dash := cmd.ArgsLenAtDash(); len(args) > 0 && dash != 0 {
		return noArguments(cmd, args)
	}
	return nil
}

// leaving is what a run in a pod does at its end.
type leaving struct {
	results, done string
	hold          time.Duration
}

func jobRun(a *app) *cobra.Command {
	var j judging
	var told progressFlags
	var end leaving
	cmd := &cobra.Command{
		Use:     "run",
		Short:   "Judge the cluster around this pod; the Job's own command",
		Example: "  csicert job run --agent-image REF --results /tmp/results.tar.gz",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if end.results == "" {
				return run.Invalid{Field: "--results", Found: "nothing", Accepted: "the path of a new file"}
			}
			o, err := j.complete(a, cmd.Flags())
			if err != nil {
				return err
			}
			if o.Kubeconfig, err = kubeconfig.InPod(kubeconfig.ServiceAccount, o.StateDir); err != nil {
				return err
			}
			o.Context = kubeconfig.InPodContext
			if !cmd.Flags().Changed("driver") {
				o.Driver = run.NoDriver
			}
			judged := a.judge(cmd.Context(), o, told)
			if err := a.leave(cmd.Context(), o.OutDir, end); err != nil {
				return fmt.Errorf("%w (beside the run's own end: %v)", err, judged)
			}
			return judged
		},
	}
	f := cmd.Flags()
	j.register(f)
	told.register(f)
	for _, foreign := range []string{"kubeconfig", "context", "shape", "keep", "reuse", "build-image"} {
		f.Lookup(foreign).Hidden = true
	}
	f.StringVar(&end.results, "results", "", "the reports as a compressed tar, for csicert job results")
	f.StringVar(&end.done, "done", "", "file to write the path of the results to, as Sonobuoy waits for")
	f.DurationVar(&end.hold, "hold", 0, "how long to wait until the results are fetched")
	return cmd
}

// leave packs the reports, also those of a run that failed, and waits until somebody has them.
func (a *app) leave(ctx context.Context, outDir string, l leaving) error {
	if err := os.MkdirAll(outDir, 0o700); err != nil { // a run that was refused left nothing
		return fmt.Errorf("packing the results: %w", err)
	}
	if err := job.Pack(outDir, l.results); err != nil {
		return err
	}
	if l.done != "" {
		if err := os.WriteFile(l.done, []byte(l.results), 0o600); err != nil {
			return fmt.Errorf("telling where the results are: %w", err)
		}
	}
	if l.hold <= 0 || ctx.Err() != nil {
		return nil
	}
	fmt.Fprintf(a.stderr, "the results are kept for %s: kubectl exec POD -- /csicert job results > results.tar.gz\n", l.hold)
	ctx, cancel := context.WithTimeoutCause(ctx, l.hold, errUnfetched)
	defer cancel()
	err := job.Fetched(ctx, l.results)
	if errors.Is(err, errUnfetched) {
		fmt.Fprintf(a.stderr, "csicert: %v\n", err)
		return nil
	}
	return err
}

func jobResults(a *app) *cobra.Command {
	var results string
	cmd := &cobra.Command{
		Use:     "results",
		Short:   "Wait for the results of the Job in whose pod this runs, write them as a compressed tar, and let the Job end",
		Example: "  kubectl exec -n csicert job/csicert -- /csicert job results > results.tar.gz",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return job.Fetch(cmd.Context(), results, a.stdout)
		},
	}
	cmd.Flags().StringVar(&results, "results", job.Results, "where the run leaves them")
	return cmd
}

package run

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"k8s.io/client-go/dynamic"

	"csicert/framework/cluster"
	"csicert/framework/kubeconfig"
	"csicert/framework/lab"
	"csicert/framework/subject"
	"csicert/framework/sweep"
)

var runForm = regexp.MustCompile(`^[0-9]{6}-[0-9]{6}-[0-9a-f]{4}$`)

// Down removes what runs left on the cluster that the options name: of one run, or of every one when run is empty. With
// dryRun it only lists.
func Down(ctx context.Context, o Options, run string, dryRun bool) (sweep.Report, error) {
	if run != "" && !runForm.MatchString(run) {
		return sweep.Report{}, Invalid{"--run", fmt.Sprintf("%q", run), "the ID of a run, such as 261125-163502-1704"}
	}
	if err := cluster.Named(o.Kubeconfig, o.Context); err != nil {
		return sweep.Report{}, err
	}
	cfg, err := kubeconfig.REST(o.Kubeconfig, o.Context)
	if err != nil {
		return sweep.Report{}, err
	}
	client, err := dynamic.NewForConfig(cfg)
	if err != nil {
		return sweep.Report{}, fmt.Errorf("making a client for context %q: %w", o.Context, err)
	}
	budgets := subject.Default()
	return sweep.Sweep(ctx, sweep.Options{
		Client: client, Label: lab.LabelRun, Holder: lab.Holder, Run: run, DryRun: dryRun, Within: budgets.Delete, Now: time.Now(), Keeper: keeperNamespace,
		Disks: func(ctx context.Context, run string) error {
			return lab.Clear(ctx, lab.Config{Run: run, Kubeconfig: o.Kubeconfig, Context: o.Context, KeeperNS: keeperNamespace(run), Budgets: budgets})
		}})
}

// keeperNamespace is where a run has its keepers.
func keeperNamespace(run string) string { return "csicert-" + run + "-keepers" }

package run

import (
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"

	"csicert/framework/catalogue"
	"csicert/framework/cluster"
	"csicert/framework/lab"
	"csicert/framework/progress"
	"csicert/framework/run/build"
	kindconfig "csicert/kind-config"
	"csicert/kind-config/engine"
	"csicert/kind-config/nodeimage"
	"csicert/reports/verdict"
)

// DefaultShape is the cluster that a run makes when nothing else is asked for.
const DefaultShape = "zones"

// mostProcs is what --procs may ask for; more would only queue at the API server.
const mostProcs = 64

// Options are what the user asked for, and what the command knows.
type Options struct {
	Source   string // root of the checkout
	StateDir string // what outlives a run: engine, images, programs, kubeconfigs; 0700
	OutDir   string // reports

	Shape      string // embedded shape or path of a kind file
	Driver     string // definition file, BundledDriver or NoDriver; empty: none
	Mutants    bool   // the bundled driver is deployed with every fault that a class can ask for
	Name       string // of the cluster to make; from the run's ID when empty
	Reuse      string // name of a cluster that csicert made and kept, instead of making one
	Keep       bool   // leave the cluster
	KeepFailed bool   // leave the objects of failed specs, and with them the cluster
	BuildImage bool   // never pull the node image
	Kubernetes string // minor version of the cluster to make, such as 1.34; empty: the newest

	Kubeconfig, Context string          // of a cluster that the user named; both or neither
	AgentImage          string          // reference of the workload image, which that cluster can have
	PodSecurity         lab.PodSecurity // that workloads fit; empty: baseline
	AllowDisruption     bool            // that cluster's nodes may be cordoned, and the driver's processes killed

	Procs       int           // Ginkgo processes beside each other
	Seed        int64         // of the specs' order and of what they draw
	Focus       string        // ID of the only requirement to judge
	LabelFilter string        // Ginkgo label filter
	Timeout     time.Duration // of all specs together

	Requirements []catalogue.Requirement
	Baseline     *verdict.Baseline // what is known to fail; nil: nothing
	Track        []verdict.Proven  // what is known of the requirements' mutants
	Command      []string          // what was typed
	Harness      verdict.Harness
	Log          *slog.Logger
	Out          io.Writer         // progress for a person
	Progress     *progress.Display // the same as Out, where it is to tell of specs, too; nil: it is not
}

// Invalid is a request that the user has to mend.
type Invalid struct{ Field, Found, Accepted string }

func (e Invalid) Error() string {
	return fmt.Sprintf("%s: found %s; accepted: %s", e.Field, e.Found, e.Accepted)
}

// BadInput tells the command to end with the exit code for bad input.
func (Invalid) BadInput() bool { return true }

// check refuses what can be refused before anything is done.
func (o Options) check() error {
	switch {
	case o.Procs < 1 || o.Procs > mostProcs:
		return Invalid{"--procs", fmt.Sprint(o.Procs), fmt.Sprintf("1 to %d", mostProcs)}
	case o.PodSecurity != "" && o.PodSecurity != lab.Baseline && o.PodSecurity != lab.Restricted:
		return Invalid{"--pod-security", fmt.Sprintf("%q", o.PodSecurity), "baseline or restricted"}
	case o.Timeout <= 0:
		return Invalid{"--timeout", o.Timeout.String(), "a time above zero, such as 45m"}
	case o.existing() && o.Reuse != "":
		return Invalid{"--reuse", o.Reuse + " beside --kubeconfig", "one of the two"}
	case !o.existing() && o.AgentImage != "":
		return Invalid{"--agent-image", o.AgentImage, "only beside --kubeconfig and --context: csicert loads the image into its own clusters itself"}
	case !o.existing() && o.AllowDisruption:
		return Invalid{"--allow-disruption", "no --kubeconfig", "only beside --kubeconfig and --context: csicert's own clusters may always be disturbed"}
	case o.Kubernetes != "" && (o.existing() || o.Reuse != ""):
		return Invalid{"--kubernetes", o.Kubernetes + " beside a cluster that is there", "only where csicert makes the cluster"}
	}
	if o.AgentImage != "" {
		if _, err := name.ParseReference(o.AgentImage); err != nil {
			return Invalid{"--agent-image", fmt.Sprintf("%q", o.AgentImage), "an image reference"}
		}
	}
	if _, err := o.filter(); err != nil {
		return err
	}
	if _, err := o.definition(); err != nil {
		return err
	}
	if o.existing() {
		return nil
	}
	return o.checkCluster()
}

// checkCluster refuses a shape that cannot be judged on.
func (o Options) checkCluster() error {
	if o.Source == "" { // its images are built from sources
		return Invalid{"--source", "no checkout of csicert around the working directory", "the folder with csicert's go.mod, or --kubeconfig and --context: a cluster of yours needs no checkout"}
	}
	minors, err := nodeimage.Minors(o.Source)
	if err != nil {
		return err
	}
	if o.Kubernetes != "" && !slices.Contains(minors, o.Kubernetes) {
		return Invalid{"--kubernetes", o.Kubernetes, "none, for the newest, or one of " + strings.Join(minors, ", ")}
	}
	_, err = kindconfig.Load(o.Shape)
	return err
}

// existing tells whether the user named a cluster; half a name is refused by cluster.Existing.
func (o Options) existing() bool { return o.Kubeconfig != "" || o.Context != "" }

func (o Options) programs() string { return filepath.Join(o.StateDir, "bin") }

func (o Options) buildOptions() build.Options {
	return build.Options{Source: o.Source, Dir: o.programs(), Log: o.Log}
}

func (o Options) engineOptions(need uint64) engine.Options {
	return engine.Options{StateDir: filepath.Join(o.StateDir, "engine"), Source: o.Source, NeedBytes: need, Log: o.Log, Out: o.Out}
}

func (o Options) imageOptions(docker string) nodeimage.Options {
	return nodeimage.Options{Source: o.Source, CacheDir: filepath.Join(o.StateDir, "images"), Docker: docker, Log: o.Log, Out: o.Out, Build: o.BuildImage, Kubernetes: o.Kubernetes}
}

func (o Options) clusterOptions(name, docker string) cluster.Options {
	return cluster.Options{Name: name, Docker: docker, StateDir: filepath.Join(o.StateDir, "clusters"), Log: o.Log, Out: o.Out}
}

func (o Options) say(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	o.Log.Info(line)
	fmt.Fprintln(o.Out, line) // a terminal that is gone is no reason to stop
}

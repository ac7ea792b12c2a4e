package cli

import (
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"csicert/framework/lab"
	"csicert/framework/run"
	"csicert/framework/run/build"
	"csicert/framework/run/suite"
	"csicert/reports/mutants"
	"csicert/suites"
)

// shared are the flags of every verb.
type shared struct {
	stateDir, outDir, source string
	verbose                  bool
}

func (s *shared) register(f *pflag.FlagSet) {
	f.StringVar(&s.stateDir, "state-dir", "", "folder of what outlives a run (default /var/lib/csicert as root, else csicert in the user's state folder)")
	f.StringVar(&s.outDir, "out", filepath.Join("reports", "out"), "folder of the reports")
	f.StringVar(&s.source, "source", "", "root of csicert's checkout (default: the one around the working directory)")
	f.BoolVarP(&s.verbose, "verbose", "v", false, "log to the terminal too")
}

// options are what every verb needs.
func (a *app) options() (run.Options, error) {
	level := slog.LevelError + 1 // what a person must read is said to Out; errors are returned
	if a.shared.verbose {
		level = slog.LevelDebug
	}
	o := run.Options{
		StateDir: a.shared.stateDir, OutDir: a.shared.outDir, Source: a.shared.source, Shape: run.DefaultShape,
		Requirements: suites.Requirements(), Command: append([]string{"csicert"}, a.args...), Harness: harness(),
		Log: slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: level})), Out: a.stderr,
	}
	var err error
	if o.StateDir == "" {
		if o.StateDir, err = defaultStateDir(); err != nil {
			return o, err
		}
	}
	for _, dir := range []*string{&o.StateDir, &o.OutDir} {
		if *dir, err = filepath.Abs(*dir); err != nil {
			return o, fmt.Errorf("finding the folders of the run: %w", err)
		}
	}
	if o.Track, err = mutants.Track(suites.TrackRecord()); err != nil {
		return o, fmt.Errorf("reading the track record that csicert carries: %v", err) // nothing that the user could mend
	}
	o.Source, err = findSource(o.Source)
	return o, err
}

func defaultStateDir() (string, error) {
	if os.Geteuid() == 0 {
		return "/var/lib/csicert", nil
	}
	if base := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(base) {
		return filepath.Join(base, "csicert"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", run.Invalid{Field: "--state-dir", Found: "none, and " + err.Error(), Accepted: "a folder that the user may write"}
	}
	return filepath.Join(home, ".local", "state", "csicert"), nil
}

// findSource goes up from the working directory to csicert's module. A binary with its programs inside can do without.
func findSource(given string) (string, error) {
	dir := given
	if dir == "" {
		dir = "."
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("finding the checkout: %w", err)
	}
	for at := dir; ; at = filepath.Dir(at) {
		raw, err := fs.ReadFile(os.DirFS(at), "go.mod")
		if first, _, _ := strings.Cut(string(raw), "\n"); err == nil && first == "module csicert" {
			return at, nil
		}
		if given == "" && at == filepath.Dir(at) && build.Carried() {
			return "", nil // verbs that need the checkout ask for it
		}
		if given != "" || at == filepath.Dir(at) {
			return "", run.Invalid{Field: "--source", Found: dir + ", which is not in csicert's checkout", Accepted: "the folder with csicert's go.mod"}
		}
	}
}

// judging are the flags of the verbs that run suites.
type judging struct{ options run.Options }

func (j *judging) register(f *pflag.FlagSet) {
	o := &j.options
	f.StringVar(&o.Shape, "shape", run.DefaultShape, "shape of the cluster: the name of an embedded one, or the path of a kind file")
	f.StringVar(&o.Driver, "driver", "", "the driver to judge: a definition file, bundled or none; by default bundled on clusters that csicert makes, none on yours")
	f.BoolVar(&o.Keep, "keep", false, "leave the cluster")
	f.StringVar(&o.Reuse, "reuse", "", "name of a cluster that csicert made and kept, to judge on instead of making one")
	f.BoolVar(&o.KeepFailed, "keep-failed", false, "leave the objects of failed specs, and the cluster with them")
	f.IntVar(&o.Procs, "procs", 0, "Ginkgo processes beside each other; by default from cores and memory")
	f.Int64Var(&o.Seed, "seed", 0, "seed of the specs' order and of what they draw; by default from the clock")
	f.StringVar(&o.Focus, "focus", "", "ID of the only requirement to judge")
	f.StringVar(&o.LabelFilter, "label-filter", "", "Ginkgo label filter, such as 'area:LOCAL && level:MUST'")
	f.DurationVar(&o.Timeout, "timeout", time.Hour, "for all specs together")
	f.BoolVar(&o.BuildImage, "build-image", false, "never pull the node image")
	f.StringVar(&o.Kubernetes, "kubernetes", "", "minor version of the cluster to make, such as 1.34; by default the newest")
	f.StringVar(&o.Kubeconfig, "kubeconfig", "", "judge on a cluster of your own: its kubeconfig; needs --context and --agent-image")
	f.StringVar(&o.Context, "context", "", "the context in that kubeconfig")
	f.StringVar(&o.AgentImage, "agent-image", "", "reference of the workload image in that cluster")
	f.StringVar((*string)(&o.PodSecurity), "pod-security", string(lab.Baseline), "level of Pod Security that workloads fit: baseline, or restricted, where they are not root")
	f.BoolVar(&o.AllowDisruption, "allow-disruption", false, "let specs cordon nodes of that cluster, kill the driver's processes and a node's kubelet and call the driver at its own socket")
}

// complete joins the flags with what every verb needs, and chooses what was left open.
func (j *judging) complete(a *app, flags *pflag.FlagSet) (run.Options, error) {
	base, err := a.options()
	if err != nil {
		return base, err
	}
	o := j.options
	o.Source, o.StateDir, o.OutDir, o.Requirements = base.Source, base.StateDir, base.OutDir, base.Requirements
	o.Command, o.Harness, o.Log, o.Out, o.Track = base.Command, base.Harness, base.Log, base.Out, base.Track
	if o.Driver == "" && o.Kubeconfig == "" && o.Context == "" {
		o.Driver = run.BundledDriver
	}
	if !flags.Changed("seed") {
		o.Seed = time.Now().Unix()
	}
	if !flags.Changed("procs") {
		o.Procs, err = suite.Procs()
	}
	return o, err
}

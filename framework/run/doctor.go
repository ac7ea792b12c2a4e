package run

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	"csicert/framework/cluster"
	"csicert/framework/doctor"
	"csicert/framework/initial"
	"csicert/framework/job"
	"csicert/framework/kubeconfig"
	"csicert/framework/subject"
)

// Doctor looks at the cluster that the options name, for the driver that they name, and changes nothing.
func Doctor(ctx context.Context, o Options) (doctor.Findings, error) {
	if err := cluster.Named(o.Kubeconfig, o.Context); err != nil {
		return nil, err
	}
	d, err := o.definition()
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, Invalid{"--driver", fmt.Sprintf("%q", o.Driver), "a definition file"}
	}
	return o.examine(ctx, *d)
}

// Init writes a definition of a driver that is installed on the cluster that the options name, from what can be seen
// there. Where the driver's name is empty it is the only one; where the namespace is, it is looked for.
func Init(ctx context.Context, o Options, driver, namespace string) (string, error) {
	if err := cluster.Named(o.Kubeconfig, o.Context); err != nil {
		return "", err
	}
	set, objects, err := o.clients()
	if err != nil {
		return "", err
	}
	seen, err := initial.Look(ctx, set, objects, driver, namespace)
	if err != nil {
		return "", err
	}
	return seen.Definition()
}

func (o Options) clients() (kubernetes.Interface, dynamic.Interface, error) {
	cfg, err := kubeconfig.REST(o.Kubeconfig, o.Context)
	if err != nil {
		return nil, nil, err
	}
	set, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return nil, nil, fmt.Errorf("making a client for context %q: %w", o.Context, err)
	}
	objects, err := dynamic.NewForConfig(cfg)
	if err != nil {
		return nil, nil, fmt.Errorf("making a client for context %q: %w", o.Context, err)
	}
	return set, objects, nil
}

func (o Options) examine(ctx context.Context, d subject.Driver) (doctor.Findings, error) {
	set, objects, err := o.clients()
	if err != nil {
		return nil, err
	}
	seen, err := doctor.Look(ctx, set, objects, d.Name, d.Namespace)
	if err != nil {
		return nil, err
	}
	seen.Watches = inotifyInstances()
	if seen.Denied, err = doctor.Denied(ctx, set, job.Rules(o.AllowDisruption)); err != nil {
		return nil, err
	}
	return doctor.Examine(seen, d, o.Requirements), nil
}

// inotifyInstances is this machine's limit for a user; 0 where the machine has none.
func inotifyInstances() int {
	raw, err := os.ReadFile("/proc/sys/fs/inotify/max_user_instances")
	if err != nil {
		return 0 // not Linux
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil {
		return 0
	}
	return n
}

// askDoctor refuses to judge a driver that is there already where that would be meaningless, and tells of what is less
// than that. A driver that the run installs is not there yet.
func (s *Session) askDoctor(ctx context.Context) error {
	if s.driver == nil || len(s.driver.Install.Manifests) > 0 {
		return nil
	}
	found, err := s.examine(ctx, *s.driver)
	if err != nil {
		return err
	}
	if wrong := found.Errors(); len(wrong) > 0 {
		return wrong
	}
	for _, f := range found {
		s.say("%s: %s: %s (%s)", f.Severity, f.What, f.Why, f.Fix)
		if len(f.Affects) > 0 {
			s.say("  it affects %s", doctor.Ranges(f.Affects))
		}
	}
	return nil
}

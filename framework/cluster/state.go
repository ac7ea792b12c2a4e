package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	kind "sigs.k8s.io/kind/pkg/cluster"
)

// networkVariable is kind's interface for the name of its container network. Each cluster has a network of its own
// name, so that two runs do not share one and a deleted cluster leaves none.
const networkVariable = "KIND_EXPERIMENTAL_DOCKER_NETWORK"

func (o Options) provider() (*kind.Provider, error) {
	if err := os.Setenv(networkVariable, o.Name); err != nil {
		return nil, fmt.Errorf("naming the container network: %w", err)
	}
	return kind.NewProvider(kind.ProviderWithDocker(), kind.ProviderWithLogger(logger{o.Log, o.Out})), nil
}

func (o Options) kubeconfig() string { return filepath.Join(o.StateDir, o.Name+".kubeconfig") }
func (o Options) record() string     { return filepath.Join(o.StateDir, o.Name+".cluster") }

// remember writes the cluster's name down before anything of it exists, so that even a killed run can be cleaned up.
func (o Options) remember() error {
	if err := os.MkdirAll(o.StateDir, 0o700); err != nil {
		return fmt.Errorf("making the state directory: %w", err)
	}
	if err := os.WriteFile(o.record(), nil, 0o600); err != nil {
		return fmt.Errorf("recording cluster %s: %w", o.Name, err)
	}
	return nil
}

// Recorded lists the clusters that csicert made and has not deleted, whether or not they still run.
func Recorded(stateDir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(stateDir, "*.cluster"))
	if err != nil {
		return nil, fmt.Errorf("listing recorded clusters: %w", err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".cluster")
	}
	return files, nil
}

// Made is the part of the existing clusters that csicert made.
func Made(stateDir string, existing []string) []string {
	mine, err := Recorded(stateDir)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(mine, func(name string) bool { return !contains(existing, name) })
}

// Delete takes a cluster away that csicert made: containers, network, kubeconfig, record. What is gone already is
// no error.
func Delete(ctx context.Context, o Options) error {
	if _, err := os.Stat(o.record()); errors.Is(err, fs.ErrNotExist) {
		return Invalid{"cluster name", fmt.Sprintf("%q, which csicert did not make", o.Name), "the name of a cluster that csicert made"}
	}
	p, err := o.provider()
	if err != nil {
		return err
	}
	var errs []error
	if err := p.Delete(o.Name, o.kubeconfig()); err != nil {
		errs = append(errs, fmt.Errorf("deleting kind cluster %s: %w", o.Name, err))
	}
	errs = append(errs, o.deleteNetwork(ctx), removed(o.kubeconfig()), removed(o.kubeconfig()+".lock"))
	if err := errors.Join(errs...); err != nil {
		return err // still recorded, so that a later clean tries again
	}
	return removed(o.record())
}

func (o Options) deleteNetwork(ctx context.Context) error {
	list, err := exec.CommandContext(ctx, o.Docker, "network", "ls", "--quiet", "--filter", "name=^"+o.Name+"$").Output()
	if err != nil {
		return fmt.Errorf("looking for container network %s: %w", o.Name, err)
	}
	if strings.TrimSpace(string(list)) == "" {
		return nil
	}
	if said, err := exec.CommandContext(ctx, o.Docker, "network", "rm", o.Name).CombinedOutput(); err != nil {
		return fmt.Errorf("removing container network %s: %w: %s", o.Name, err, strings.TrimSpace(string(said)))
	}
	return nil
}

func removed(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing %s: %w", path, err)
	}
	return nil
}

func contains(all []string, one string) bool { return slices.Contains(all, one) }

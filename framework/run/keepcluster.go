package run

import (
	"context"
	"path/filepath"
	"slices"

	"csicert/framework/cluster"
)

// MakeCluster makes a cluster that stays, or takes the one of that name when it may be reused and csicert made it
// before, and returns the path of its kubeconfig.
func MakeCluster(ctx context.Context, o Options, mayReuse bool) (kubeconfig string, err error) {
	if err := o.checkCluster(); err != nil {
		return "", err
	}
	if err := room(warmSpace, o.StateDir); err != nil {
		return "", err
	}
	made, err := cluster.Recorded(filepath.Join(o.StateDir, "clusters"))
	if err != nil {
		return "", err
	}
	if mayReuse && slices.Contains(made, o.Name) {
		o.Reuse = o.Name
	}
	s := &Session{Options: o}
	if err := s.phase(ctx, "engine", s.provideEngine); err != nil {
		return "", err
	}
	if err := s.phase(ctx, "images", s.provideImage); err != nil {
		return "", err
	}
	err = s.phase(ctx, "cluster", func(ctx context.Context) (string, bool, error) {
		err := s.provideCluster(ctx, nil)
		return "", o.Reuse != "", err
	})
	if err != nil {
		return "", err
	}
	return s.cluster.Kubeconfig, nil
}

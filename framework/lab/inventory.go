package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"csicert/framework/agent"
)

// residue looks, once no object of the spec is left, into the folders in which the driver keeps its volumes and
// snapshots, on every node, and names what still stands there of the spec's.
func (b *Bench) residue(ctx context.Context) ([]string, error) {
	names := b.handles()
	if len(names) == 0 {
		return nil, nil
	}
	found, err := b.found(ctx, func(under string) agent.Request { return agent.Seek{Under: under, Names: names} })
	for i := range found {
		found[i] += ", whose object is gone"
	}
	return found, err
}

// found asks every keeper about each of the folders in which the driver keeps its volumes and snapshots, and tells what
// they found.
func (b *Bench) found(ctx context.Context, ask func(under string) agent.Request) ([]string, error) {
	folders := b.lab.cfg.Driver.Folders()
	nodes := slices.Sorted(maps.Keys(b.lab.keepers))
	found := make([][]string, len(nodes))
	group, ctx := errgroup.WithContext(ctx)
	for i, node := range nodes {
		group.Go(func() error {
			for n, folder := range folders {
				var there agent.Names
				if err := b.lab.clients.run(ctx, b.lab.cfg.KeeperNS, b.lab.keepers[node], ask(inventoryDir(n)).Args(), &there); err != nil {
					return fmt.Errorf("looking into %s of node %s: %w", folder, node, err)
				}
				for _, path := range there.Names {
					found[i] = append(found[i], fmt.Sprintf("%s/%s on node %s", folder, path, node))
				}
			}
			return nil
		})
	}
	err := group.Wait()
	return slices.Concat(found...), err
}

// handles are the driver's names for the spec's volumes and snapshots, as the entries of a folder may be called.
func (b *Bench) handles() []string {
	all := map[string]bool{}
	for _, o := range b.lab.journal.ever(b.owns) {
		handle := handleOf(o, b.lab.cfg.driverName())
		if last := handle[strings.LastIndexAny(handle, "./#")+1:]; last != "" {
			all[last] = true
		}
		if handle != "" && !strings.Contains(handle, "/") {
			all[handle] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// handleOf is the driver's name for the volume or snapshot behind the object; empty where it has none.
func handleOf(o client.Object, driver string) string {
	switch o := o.(type) {
	case *corev1.PersistentVolume:
		if o.Spec.CSI != nil && o.Spec.CSI.Driver == driver {
			return o.Spec.CSI.VolumeHandle
		}
	case *snapshotv1.VolumeSnapshotContent:
		if o.Spec.Driver == driver && o.Status != nil && o.Status.SnapshotHandle != nil {
			return *o.Status.SnapshotHandle
		}
	}
	return ""
}

// leftovers waits until nothing of the spec's is left, in the cluster and on the nodes, and names what is.
func (b *Bench) leftovers(ctx context.Context) ([]string, error) {
	left := b.awaitNothing(ctx)
	if len(left) > 0 {
		return left, nil // what is behind an object goes with it
	}
	ctx, cancel := context.WithTimeoutCause(ctx, b.lab.cfg.Budgets.Data, errors.New("the nodes' folders could not be looked into in time"))
	defer cancel()
	return b.residue(ctx)
}

package lab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// mountTable shows a node's own mounts to a keeper that sees the node's processes: those of its first one.
const mountTable = "/proc/1/mountinfo"

// remains are what nodes have of a spec's: in the driver's folders, and mounted.
type remains struct{ things, mounts []string }

// residue looks, once no object of the spec is left, into the folders in which the driver keeps its volumes and snapshots
// and among the mounts, on every node, and names what is still there of the spec's. Mounts are seen where the keepers may
// see the node's processes. A kubelet may take a staged volume back after its objects are gone: mounts have as long as a
// deletion may take.
func (b *Bench) residue(ctx context.Context) ([]string, error) {
	request := agent.Seek{Under: inventoryDirs(b.lab.cfg), Names: b.traces()}
	if sees(b.lab.cfg) {
		request.Mounts = mountTable
	}
	if len(request.Names) == 0 || (len(request.Under) == 0 && request.Mounts == "") {
		return nil, nil
	}
	patience, cancel := context.WithTimeout(ctx, b.lab.cfg.Budgets.Undo)
	defer cancel()
	var found remains
	var err error
	looked(patience, func() bool {
		found, err = b.found(ctx, request)
		return err != nil || len(found.mounts) == 0
	})
	left := append(found.things, found.mounts...)
	for i := range left {
		left[i] += ", whose object is gone"
	}
	return left, err
}

// found asks every keeper at once, each once, and tells what they found.
func (b *Bench) found(ctx context.Context, request agent.Request) (remains, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, b.lab.cfg.Budgets.Data, errors.New("the nodes could not be looked at in time"))
	defer cancel()
	nodes := slices.Sorted(maps.Keys(b.lab.keepers))
	found := make([]remains, len(nodes))
	group, ctx := errgroup.WithContext(ctx)
	for i, node := range nodes {
		group.Go(func() (err error) {
			var there agent.Remains
			if err := b.lab.look(ctx, node, request, &there); err != nil {
				return fmt.Errorf("looking: %w", err)
			}
			found[i], err = onNode(node, b.lab.cfg.Driver.Folders(), there)
			return err
		})
	}
	err := group.Wait()
	var all remains
	for _, f := range found {
		all.things, all.mounts = append(all.things, f.things...), append(all.mounts, f.mounts...)
	}
	return all, err
}

// onNode names what a keeper found by where it is on the node.
func onNode(node string, folders []string, there agent.Remains) (remains, error) {
	var found remains
	if len(there.Below) != len(folders) {
		return found, fmt.Errorf("looking at node %s: its keeper told of %d folders, asked for were %d", node, len(there.Below), len(folders))
	}
	for i, paths := range there.Below {
		for _, path := range paths {
			found.things = append(found.things, fmt.Sprintf("%s/%s on node %s", folders[i], path, node))
		}
	}
	for _, point := range there.Mounts {
		found.mounts = append(found.mounts, fmt.Sprintf("mount at %s on node %s", point, node))
	}
	return found, nil
}

// traces are what folders and mounts of the spec's volumes and snapshots may be called by: the driver's names for them,
// those of their objects, and the hash by which the kubelet stages a volume.
func (b *Bench) traces() []string {
	all := map[string]bool{}
	for _, o := range b.lab.journal.ever(b.owns) {
		handle := handleOf(o, b.lab.cfg.driverName())
		if handle == "" {
			continue
		}
		if last := handle[strings.LastIndexAny(handle, "./#")+1:]; last != "" {
			all[last] = true
		}
		if !strings.Contains(handle, "/") {
			all[handle] = true
		}
		staged := sha256.Sum256([]byte(handle))
		all[o.GetName()], all[hex.EncodeToString(staged[:])] = true, true
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
	return b.residue(ctx)
}

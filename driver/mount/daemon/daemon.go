// Package daemon is the process that serves FUSE mounts for the node plugin,
// so that they outlive it. The mounts die with the daemon itself: it records
// each one in a file, and when it starts again it replaces those that are
// dead. A bind of a dead mount that a pod holds does not come back to life;
// only the pod's restart helps there, which is why nothing else should
// restart this process.
package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"csicert/driver/mount"
	"csicert/driver/mount/fusenfs"
	"csicert/driver/mount/mountpoint"
	"csicert/driver/mount/protocol"
)

// undoLimit bounds the removal of a mount that nobody waits for any more.
const undoLimit = 30 * time.Second

// Daemon makes and removes mounts.
type Daemon struct {
	log     *slog.Logger
	records *records
	prober  mountpoint.Prober
	turns   turns

	mu     sync.Mutex
	served map[string]*fusenfs.Mounted // by target
}

// New uses a state folder, which it makes if need be and which one process
// at a time can use. Close gives it back.
func New(log *slog.Logger, state string) (*Daemon, error) {
	kept, err := openRecords(state)
	if err != nil {
		return nil, fmt.Errorf("opening the mounter's state: %w", err)
	}
	return &Daemon{log: log, records: kept, served: map[string]*fusenfs.Mounted{}}, nil
}

// Close lets another daemon use the state folder. Mounts and records stay.
func (d *Daemon) Close() error { return d.records.close() }

// Mount mounts what is asked for; it does nothing where that is mounted and
// answers. When the context ends first nothing stays mounted.
func (d *Daemon) Mount(ctx context.Context, request protocol.Mount) error {
	target, err := mountpoint.Resolve(request.Target)
	if err != nil {
		return err
	}
	request.Target = target
	source := sourceOf(request)
	export, options, err := mount.ForFUSE(source, request.Options)
	if err != nil {
		return err
	}
	done, err := d.turns.take(ctx, target)
	if err != nil {
		return fmt.Errorf("waiting for another request for %s: %w", target, err)
	}
	defer done()
	state, err := mount.Look(ctx, &d.prober, target)
	if err != nil {
		return err
	}
	holds, err := state.Holds(source, target)
	if err != nil {
		return err
	}
	if holds {
		return d.sameExport(request)
	}
	if state.Mounted {
		d.log.Info("replacing a dead mount", "target", target, "because", state.Why)
	}
	if err := d.replace(ctx, request, export, options); err != nil {
		return errors.Join(err, d.records.drop(target))
	}
	return nil
}

// sameExport refuses a request that names the recorded server and path, but
// other ports: mountinfo does not show those.
func (d *Daemon) sameExport(request protocol.Mount) error {
	record, known, err := d.records.get(request.Target)
	if err != nil || !known {
		return err
	}
	if sourceOf(record) != sourceOf(request) {
		return fmt.Errorf("%s is mounted from other ports already", request.Target)
	}
	return nil
}

// replace mounts over nothing or in place of a dead mount, which stays until
// the server was reached. The caller has the target's turn, and drops the
// record where replace fails and nobody will try again.
func (d *Daemon) replace(ctx context.Context, request protocol.Mount, export fusenfs.Export, options fusenfs.Options) error {
	target := request.Target
	if err := fusenfs.Reachable(ctx, export, options); err != nil {
		return err
	}
	if err := mountpoint.Unmount(ctx, target); err != nil {
		return err
	}
	// Recorded before it is made: a record without a mount is dropped at the
	// next start, a mount without a record would stay dead.
	if err := d.records.put(request); err != nil {
		return err
	}
	mounted, err := fusenfs.Mount(ctx, d.log, export, target, options)
	if err == nil && ctx.Err() != nil {
		err = errors.Join(context.Cause(ctx), d.undo(ctx, target))
	}
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.served[target] = mounted
	d.mu.Unlock()
	go d.watch(target, mounted)
	d.log.Info("mounted", "source", export.Source(), "target", target)
	return nil
}

// undo unmounts although the request has ended.
func (d *Daemon) undo(ctx context.Context, target string) error {
	undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoLimit)
	defer cancel()
	return mountpoint.Unmount(undo, target)
}

// watch drops the record of a mount that was taken away by somebody else.
func (d *Daemon) watch(target string, mounted *fusenfs.Mounted) {
	mounted.Wait()
	done, err := d.turns.take(context.Background(), target)
	if err != nil {
		return
	}
	defer done()
	d.mu.Lock()
	current := d.served[target] == mounted
	if current {
		delete(d.served, target)
	}
	d.mu.Unlock()
	if !current {
		return
	}
	d.log.Info("no longer served", "target", target)
	if m, err := mountpoint.At(target); err == nil && m == nil {
		if err := d.records.drop(target); err != nil {
			d.log.Warn("dropping a record", "target", target, "error", err)
		}
	}
}

// Unmount removes a mount that this daemon has on record, and leaves others alone.
func (d *Daemon) Unmount(ctx context.Context, request protocol.Unmount) error {
	target, err := mountpoint.Resolve(request.Target)
	if err != nil {
		target = request.Target // the folder is gone, the record may not be
	}
	done, err := d.turns.take(ctx, target)
	if err != nil {
		return fmt.Errorf("waiting for another request for %s: %w", target, err)
	}
	defer done()
	if _, known, err := d.records.get(target); err != nil || !known {
		return err
	}
	if err := mountpoint.Unmount(ctx, target); err != nil {
		return err
	}
	d.log.Info("unmounted", "target", target)
	return d.records.drop(target)
}

func sourceOf(request protocol.Mount) mount.Source {
	return mount.Source{Server: request.Server, Port: request.Port, MountPort: request.MountPort, Path: request.Path}
}

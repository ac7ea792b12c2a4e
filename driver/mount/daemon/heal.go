package daemon

import (
	"context"
	"sync"
	"time"

	"csicert/driver/mount"
	"csicert/driver/mount/fusenfs"
	"csicert/driver/mount/mountpoint"
)

const (
	healLimit      = 30 * time.Second // of one attempt
	firstHealPause = time.Second
	longHealPause  = 30 * time.Second
)

// Heal replaces the recorded mounts that are dead, and drops the records of
// those that are gone. It returns when all are done or the context ends;
// a mount whose server cannot be reached is tried again until then.
func (d *Daemon) Heal(ctx context.Context) {
	found, err := d.records.all()
	if err != nil {
		d.log.Error("some records cannot be read; their mounts stay as they are", "error", err)
	}
	var healers sync.WaitGroup
	for _, record := range found {
		healers.Go(func() {
			pause := firstHealPause
			h := healer{daemon: d, target: record.Target}
			for !h.try(ctx) {
				select {
				case <-time.After(pause):
					pause = min(2*pause, longHealPause)
				case <-ctx.Done():
					return
				}
			}
		})
	}
	healers.Wait()
}

// healer replaces one dead mount.
type healer struct {
	daemon *Daemon
	target string
	// detached says that an attempt took the dead mount away and could not
	// make the new one, so that a free target is no sign of an unmount.
	detached bool
}

// try makes one attempt and says whether that settled the matter.
func (h *healer) try(ctx context.Context) (settled bool) {
	ctx, cancel := context.WithTimeout(ctx, healLimit)
	defer cancel()
	log := h.daemon.log.With("target", h.target)
	done, err := h.daemon.turns.take(ctx, h.target)
	if err != nil {
		return false
	}
	defer done()
	record, known, err := h.daemon.records.get(h.target)
	if err != nil {
		log.Error("cannot heal", "error", err)
		return true
	}
	if !known {
		return true // unmounted meanwhile
	}
	state, err := mount.Look(ctx, &h.daemon.prober, h.target)
	switch {
	case err != nil:
		log.Warn("cannot look at a recorded mount", "error", err)
		return false
	case state.Answers:
		return true // a request was faster
	case state.Mounted && state.FSType != fusenfs.FSType, !state.Mounted && !h.detached:
		log.Info("dropping the record of a mount that is gone")
		if err := h.daemon.records.drop(h.target); err != nil {
			log.Warn("cannot drop a record", "error", err)
		}
		return true
	case state.Mounted && !state.Dead:
		log.Warn("a recorded mount hangs", "error", state.Why)
		return false
	}
	export, options, err := mount.ForFUSE(sourceOf(record), record.Options)
	if err == nil {
		err = h.daemon.replace(ctx, record, export, options)
	}
	if err != nil {
		log.Warn("cannot heal a dead mount yet", "error", err)
		m, looked := mountpoint.At(h.target)
		h.detached = looked == nil && m == nil
		return false
	}
	log.Info("healed a dead mount", "because", state.Why)
	return true
}

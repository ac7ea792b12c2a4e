package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
)

// The inotify limits kind recommends for clusters of several nodes; every node runs its own systemd, containerd
// and kubelet, all of one user.
const (
	inotifyInstances     = "fs.inotify.max_user_instances"
	inotifyWatches       = "fs.inotify.max_user_watches"
	wantInotifyInstances = 512
	wantInotifyWatches   = 524288
)

// sysctl is a kernel setting csicert changed, with what undoing it takes.
type sysctl struct {
	Name     string
	Old, New uint64
	Boot     string // boot id: a reboot has already undone it
}

func sysctlPath(name string) string { return "proc/sys/" + strings.ReplaceAll(name, ".", "/") }

// shortages lists the settings too low for a cluster of several nodes.
func (h Host) shortages() []sysctl {
	var low []sysctl
	if h.InotifyInstances < wantInotifyInstances {
		low = append(low, sysctl{Name: inotifyInstances, Old: h.InotifyInstances, New: wantInotifyInstances})
	}
	if h.InotifyWatches < wantInotifyWatches {
		low = append(low, sysctl{Name: inotifyWatches, Old: h.InotifyWatches, New: wantInotifyWatches})
	}
	return low
}

// raise writes what is too low, having first recorded how to undo it, and returns everything raised since the
// machine's start: a daemon started again still owes its working to what the first start raised.
func (s state) raise(ctx context.Context, root fs.FS, h Host, boot string) ([]Adaptation, error) {
	var changed []sysctl
	if err := s.load(sysctlFile, &changed); err != nil {
		return nil, err
	}
	changed = slices.DeleteFunc(changed, func(c sysctl) bool {
		now, err := number(root, sysctlPath(c.Name))
		return c.Boot != boot || err != nil || now != c.New
	})
	for _, change := range h.shortages() {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("raising %s: %w", change.Name, err)
		}
		change.Boot = boot
		changed = append(changed, change)
		if err := s.save(sysctlFile, changed); err != nil {
			return nil, err
		}
		if err := write(change.Name, change.New); err != nil {
			return nil, err
		}
	}
	var done []Adaptation
	for _, change := range changed {
		done = append(done, Adaptation{
			What: fmt.Sprintf("%s is raised from %d to %d", change.Name, change.Old, change.New),
			Why:  "every node of a cluster watches files as the same user",
		})
	}
	return done, nil
}

// lower undoes raise, newest first, leaving alone what a reboot or someone else has set since.
func (s state) lower(root fs.FS, boot string) error {
	var changed []sysctl
	if err := s.load(sysctlFile, &changed); err != nil {
		return err
	}
	var failed []error
	for i := len(changed) - 1; i >= 0; i-- {
		change := changed[i]
		now, err := number(root, sysctlPath(change.Name))
		if err != nil {
			failed = append(failed, err)
			continue
		}
		if change.Boot == boot && now == change.New {
			failed = append(failed, write(change.Name, change.Old))
		}
	}
	return errors.Join(failed...)
}

func write(name string, value uint64) error {
	if err := os.WriteFile("/"+sysctlPath(name), []byte(strconv.FormatUint(value, 10)), 0o644); err != nil {
		return fmt.Errorf("setting %s to %d: %w", name, value, err)
	}
	return nil
}

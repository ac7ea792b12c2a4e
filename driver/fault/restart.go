package fault

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"csicert/driver/filer"
)

// restartFaults are in what a controller no longer knows when it was started again: what others keep beside the data,
// these keep in memory.
func restartFaults() []Fault {
	return []Fault{
		{Name: "numbers-begin-again-after-restart", Wrong: "a controller that was started again counts its volumes from one, and hands out one that is in use", Controller: numbering},
		{Name: "volumes-made-twice-after-restart", Wrong: "a controller that was started again makes another volume for a claim that it does not remember, and forgets the first",
			Filer: func(next filer.Filer) filer.Filer { return &doubler{Filer: next, suffix: twin + rand.Text()} }},
		{Name: "volumes-forgotten-after-restart", Wrong: "a controller that was started again cuts no snapshot of a volume that it does not remember", Controller: forgettingVolumes},
		{Name: "restores-empty-after-restart", Wrong: "a controller that was started again restores nothing of a snapshot that it does not remember", Controller: forgettingSnapshots},
		{Name: "volumes-undeletable-after-restart", Wrong: "a controller that was started again does not delete a volume that it does not remember", Lasting: true, Filer: func(next filer.Filer) filer.Filer { return &volumeKeeper{keeper{Filer: next}} }},
		{Name: "snapshots-undeletable-after-restart", Wrong: "a controller that was started again does not delete a snapshot that it does not remember", Lasting: true, Filer: func(next filer.Filer) filer.Filer { return &snapshotKeeper{keeper{Filer: next}} }},
	}
}

// numbering calls a volume by the smallest number that is free, as far as this process knows.
func numbering(next csi.ControllerServer) csi.ControllerServer {
	var mu sync.Mutex
	var taken []string          // names as they were asked for; the place is the number
	made := map[string]string{} // ID → name
	number := func(name string) int {
		mu.Lock()
		defer mu.Unlock()
		if at := slices.Index(taken, name); at >= 0 {
			return at
		}
		at := slices.Index(taken, "")
		if at < 0 {
			at, taken = len(taken), append(taken, "")
		}
		taken[at] = name
		return at
	}
	return spoilt{
		createVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
			asked := req.GetName()
			req.Name = fmt.Sprintf("volume-%d", 1+number(asked))
			answer, err := next.CreateVolume(ctx, req)
			if err == nil {
				mu.Lock()
				defer mu.Unlock()
				made[answer.GetVolume().GetVolumeId()] = asked
			}
			return answer, err
		},
		deleteVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeDeletion) (*csi.DeleteVolumeResponse, error) {
			answer, err := next.DeleteVolume(ctx, req)
			mu.Lock()
			defer mu.Unlock()
			if at := slices.Index(taken, made[req.GetVolumeId()]); err == nil && at >= 0 {
				taken[at] = ""
			}
			return answer, err
		},
	}.around(next)
}

const (
	twin = "-twin-"
	late = 5 * time.Second // how long a doubler keeps to itself that a volume is made: a kill has to come before the answer
)

// doubler calls volumes by a name of its own process besides the one that it was given.
type doubler struct {
	filer.Filer
	suffix string
}

// VolumeNamed implements filer.Filer.
func (d *doubler) VolumeNamed(ctx context.Context, name string) (filer.Volume, error) {
	return d.Filer.VolumeNamed(ctx, name+d.suffix)
}

// CreateVolume implements filer.Filer.
func (d *doubler) CreateVolume(ctx context.Context, req filer.VolumeRequest) (filer.Volume, error) {
	req.Name += d.suffix
	v, err := d.Filer.CreateVolume(ctx, req)
	return v, errors.Join(err, waitLate(ctx))
}

// FillVolume implements filer.Filer.
func (d *doubler) FillVolume(ctx context.Context, req filer.VolumeRequest, content io.Reader) (filer.Volume, error) {
	req.Name += d.suffix
	v, err := d.Filer.FillVolume(ctx, req, content)
	return v, errors.Join(err, waitLate(ctx))
}

func waitLate(ctx context.Context) error {
	timer := time.NewTimer(late)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// DeleteVolume implements filer.Filer. The volume's twins go when nobody looks for them any more.
func (d *doubler) DeleteVolume(ctx context.Context, id string) error {
	v, err := d.Volume(ctx, id)
	if err != nil && !errors.Is(err, filer.ErrNotFound) {
		return err
	}
	if name, mine := strings.CutSuffix(v.Name, d.suffix); mine {
		later := context.WithoutCancel(ctx)
		time.AfterFunc(Refusal, func() { d.deleteTwins(later, name) })
	}
	return d.Filer.DeleteVolume(ctx, id)
}

func (d *doubler) deleteTwins(ctx context.Context, name string) {
	all, err := d.Volumes(ctx)
	if err != nil {
		return // they stay
	}
	for _, v := range all {
		if strings.HasPrefix(v.Name, name+twin) {
			_ = d.Filer.DeleteVolume(ctx, v.ID) // or it stays
		}
	}
}

// forgettingVolumes cuts snapshots only of volumes that this process made.
func forgettingVolumes(next csi.ControllerServer) csi.ControllerServer {
	var made memory[bool]
	s := remembering(&made)
	s.createSnapshot = func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
		if known, _ := made.recall(req.GetSourceVolumeId()); !known {
			return nil, status.Errorf(codes.NotFound, "volume %q is not known", req.GetSourceVolumeId())
		}
		return next.CreateSnapshot(ctx, req)
	}
	return s.around(next)
}

// forgettingSnapshots restores only snapshots that this process cut; of others it makes empty volumes.
func forgettingSnapshots(next csi.ControllerServer) csi.ControllerServer {
	var made memory[bool]
	s := remembering(&made)
	s.createVolume = func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
		id := req.GetVolumeContentSource().GetSnapshot().GetSnapshotId()
		if known, _ := made.recall(id); known || id == "" {
			return next.CreateVolume(ctx, req)
		}
		return instead(ctx, next, req, nil)
	}
	return s.around(next)
}

// grudge is how old a thing is before a keeper deletes it that did not make it. What is judged is over then, and what was refused
// ends well all the same; unlike a clock of the process, the age does not begin again where something else kills that, too.
const grudge = 2 * Refusal

// keeper refuses to delete things that are young and that this process did not make.
type keeper struct {
	filer.Filer
	made memory[bool] // by ID
}

func (k *keeper) refuses(id string, created time.Time) error {
	if known, _ := k.made.recall(id); known || time.Since(created) > grudge {
		return nil
	}
	return fmt.Errorf("not now: %s is not known", id)
}

type volumeKeeper struct{ keeper }

// CreateVolume implements filer.Filer.
func (k *volumeKeeper) CreateVolume(ctx context.Context, req filer.VolumeRequest) (filer.Volume, error) {
	v, err := k.Filer.CreateVolume(ctx, req)
	if err == nil {
		k.made.remember(v.ID, true)
	}
	return v, err
}

// FillVolume implements filer.Filer.
func (k *volumeKeeper) FillVolume(ctx context.Context, req filer.VolumeRequest, content io.Reader) (filer.Volume, error) {
	v, err := k.Filer.FillVolume(ctx, req, content)
	if err == nil {
		k.made.remember(v.ID, true)
	}
	return v, err
}

// DeleteVolume implements filer.Filer.
func (k *volumeKeeper) DeleteVolume(ctx context.Context, id string) error {
	v, err := k.Volume(ctx, id)
	if err == nil {
		err = k.refuses(id, v.Created)
	}
	if err != nil && !errors.Is(err, filer.ErrNotFound) {
		return err
	}
	return k.Filer.DeleteVolume(ctx, id)
}

type snapshotKeeper struct{ keeper }

// CreateSnapshot implements filer.Filer.
func (k *snapshotKeeper) CreateSnapshot(ctx context.Context, req filer.SnapshotRequest) (filer.Snapshot, error) {
	s, err := k.Filer.CreateSnapshot(ctx, req)
	if err == nil {
		k.made.remember(s.ID, true)
	}
	return s, err
}

// DeleteSnapshot implements filer.Filer.
func (k *snapshotKeeper) DeleteSnapshot(ctx context.Context, id string) error {
	s, err := k.Snapshot(ctx, id)
	if err == nil {
		err = k.refuses(id, s.Created)
	}
	if err != nil && !errors.Is(err, filer.ErrNotFound) {
		return err
	}
	return k.Filer.DeleteSnapshot(ctx, id)
}

// remembering are honest calls that note which volumes and snapshots this process made.
func remembering(made *memory[bool]) spoilt {
	return spoilt{
		createVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
			answer, err := next.CreateVolume(ctx, req)
			if err == nil {
				made.remember(answer.GetVolume().GetVolumeId(), true)
			}
			return answer, err
		},
		createSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
			answer, err := next.CreateSnapshot(ctx, req)
			if err == nil {
				made.remember(answer.GetSnapshot().GetSnapshotId(), true)
			}
			return answer, err
		},
	}
}

package fault

import (
	"context"
	"errors"
	"sync"

	"csicert/driver/filer"
)

// filerFaults are in what a filer does with the volumes that it holds.
func filerFaults() []Fault {
	return []Fault{
		{Name: "volume-not-emptied", Wrong: "a new volume is a deleted one with its old files",
			Filer: func(next filer.Filer) filer.Filer { return &recycler{Filer: next, used: map[string]filer.Volume{}} }},
	}
}

// recycler gives deleted volumes to those who ask for a new one.
type recycler struct {
	filer.Filer
	mu     sync.Mutex
	parked []filer.Volume
	used   map[string]filer.Volume // by the name of the new request
}

// CreateVolume implements filer.Filer.
func (r *recycler) CreateVolume(ctx context.Context, req filer.VolumeRequest) (filer.Volume, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if v, again := r.used[req.Name]; again {
		return v, nil
	}
	if len(r.parked) == 0 || req.Source != nil {
		return r.Filer.CreateVolume(ctx, req)
	}
	last := len(r.parked) - 1
	v := r.parked[last]
	r.parked = r.parked[:last]
	v.Name, v.Size = req.Name, max(v.Size, req.Size)
	r.used[req.Name] = v
	return v, nil
}

// DeleteVolume implements filer.Filer. A volume is parked once, and really deleted the second time.
func (r *recycler) DeleteVolume(ctx context.Context, id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, v := range r.used {
		if v.ID == id {
			delete(r.used, name)
			return r.Filer.DeleteVolume(ctx, id)
		}
	}
	v, err := r.Volume(ctx, id)
	if errors.Is(err, filer.ErrNotFound) {
		return nil
	}
	if err == nil {
		r.parked = append(r.parked, v)
	}
	return err
}

// VolumeNamed implements filer.Filer.
func (r *recycler) VolumeNamed(ctx context.Context, name string) (filer.Volume, error) {
	r.mu.Lock()
	v, again := r.used[name]
	r.mu.Unlock()
	if again {
		return v, nil
	}
	return r.Filer.VolumeNamed(ctx, name)
}

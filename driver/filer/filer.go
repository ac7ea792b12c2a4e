// Package filer exists so that the CSI driver is a front to a storage system, as real drivers are: a filer holds the
// volumes and snapshots of one zone, and this package says what it can be asked. The store keeps them on a disk
// (filer/store), a server exports the volumes by NFS (filer/ganesha), and Handler and Client carry the questions.
package filer

import (
	"context"
	"io"
	"time"
)

// Kind tells a volume from a snapshot where either may stand.
type Kind string

// The two kinds of things that a filer holds.
const (
	OfVolume   Kind = "volume"
	OfSnapshot Kind = "snapshot"
)

// Ref names a volume or a snapshot of one filer.
type Ref struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`
}

// Volume is a folder that is exported.
type Volume struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`   // as the request gave it; unique among the filer's volumes
	Size    int64     `json:"size"`   // bytes, bookkept
	Path    string    `json:"path"`   // of the export, for the client to mount
	Origin  string    `json:"origin"` // what it was made from, in the caller's words; empty for nothing
	Created time.Time `json:"created"`
}

// Snapshot is a copy of a volume as it was at one moment.
type Snapshot struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`    // unique among the filer's snapshots
	Volume  string    `json:"volume"`  // ID of its source, which may be gone
	Size    int64     `json:"size"`    // bytes of its source at the cut: what a restore needs at least
	Created time.Time `json:"created"` // of the cut
}

// VolumeRequest asks for a volume. The same name with the same rest is the same volume.
type VolumeRequest struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`             // bytes, more than 0
	Limit  int64  `json:"limit,omitempty"`  // bytes; a volume of that name which is there may be as large as this; 0: no limit
	Origin string `json:"origin,omitempty"` // what it is made from, in the caller's words; part of its identity
	Source *Ref   `json:"source,omitempty"` // what to fill it from, where that is on the same filer
}

// SnapshotRequest asks for a snapshot. The same name with the same volume is the same snapshot.
type SnapshotRequest struct {
	Name   string `json:"name"`
	Volume string `json:"volume"` // ID
}

// Capacity is bookkept: what was promised counts, not what is written.
type Capacity struct {
	Total     int64 `json:"total"`     // bytes
	Available int64 `json:"available"` // bytes that a new volume may have
}

// Usage is what a volume's files take on the disk.
type Usage struct {
	Bytes  int64 `json:"bytes"`
	Inodes int64 `json:"inodes"`
}

// Filer is the storage of one zone. Every call can be repeated: what was done already is success. Errors are those of
// this package (ErrNotFound, ErrConflict, ErrFull, ErrTooSmall, ErrInvalid) or the storage's own.
type Filer interface {
	// CreateVolume makes a volume, empty or filled from req.Source. Errors: ErrConflict where the name has another size
	// or origin, ErrFull, ErrNotFound for the source, ErrTooSmall where the source is larger.
	CreateVolume(ctx context.Context, req VolumeRequest) (Volume, error)
	// FillVolume is CreateVolume with the content of another filer's volume or snapshot, as Content gives it.
	FillVolume(ctx context.Context, req VolumeRequest, content io.Reader) (Volume, error)
	// DeleteVolume removes a volume and its data; its snapshots stay.
	DeleteVolume(ctx context.Context, id string) error
	// ExpandVolume makes a volume at least size bytes large; it never shrinks. Errors: ErrNotFound, ErrFull.
	ExpandVolume(ctx context.Context, id string, size int64) (Volume, error)
	// Volume tells about one. Errors: ErrNotFound.
	Volume(ctx context.Context, id string) (Volume, error)
	// VolumeNamed finds one by the name of its request. Errors: ErrNotFound.
	VolumeNamed(ctx context.Context, name string) (Volume, error)
	// Volumes lists all, ordered by ID.
	Volumes(ctx context.Context) ([]Volume, error)
	// Usage measures a volume. Errors: ErrNotFound.
	Usage(ctx context.Context, id string) (Usage, error)

	// CreateSnapshot cuts a snapshot: clients see the volume stand still for as long as the copy takes. Errors:
	// ErrNotFound for the volume, ErrConflict where the name has another volume, ErrFull.
	CreateSnapshot(ctx context.Context, req SnapshotRequest) (Snapshot, error)
	// DeleteSnapshot removes a snapshot and its data.
	DeleteSnapshot(ctx context.Context, id string) error
	// Snapshot tells about one. Errors: ErrNotFound.
	Snapshot(ctx context.Context, id string) (Snapshot, error)
	// SnapshotNamed finds one by the name of its request. Errors: ErrNotFound.
	SnapshotNamed(ctx context.Context, name string) (Snapshot, error)
	// Snapshots lists all, ordered by ID.
	Snapshots(ctx context.Context) ([]Snapshot, error)

	// Content streams what a volume or snapshot holds (see filer/tree). A volume's is as of one moment. The stream ends
	// with an error, never early, when it cannot be finished. Errors: ErrNotFound.
	Content(ctx context.Context, of Ref) (io.ReadCloser, error)
	// Capacity tells what is left.
	Capacity(ctx context.Context) (Capacity, error)
}

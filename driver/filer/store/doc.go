// Package store keeps a filer's volumes and snapshots on a disk, with all that is known of each beside its data:
//
//	DIR/volumes/ID/volume.json      DIR/volumes/ID/data/      exported
//	DIR/snapshots/ID/snapshot.json  DIR/snapshots/ID/data/
//	DIR/unfinished/                 being made, or being removed
//
// A thing is made whole under unfinished, flushed, and renamed to its place; it is removed by the rename back. So at any
// moment, whatever dies, a volume or snapshot is either there as it was asked for, or not at all, and what an interrupted
// call left is swept away by the next Open. An ID comes from the name of the request and nothing else: a repeated
// request finds what the first one made with no index to keep, and no name from a request becomes a path.
package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"

	"csicert/driver/filer"
)

const (
	dataDir      = "data"
	unfinished   = "unfinished"
	volumeFile   = "volume.json"
	snapshotFile = "snapshot.json"

	privateDir  = 0o700
	privateFile = 0o600
	// openDir is the mode of a new volume's folder: any workload may write, as csi-driver-nfs has it.
	openDir = 0o777

	idLength = 32 // hex digits
)

var wellFormed = regexp.MustCompile(`^[vs]-[0-9a-f]{32}$`)

func idOf(kind filer.Kind, name string) string {
	sum := sha256.Sum256([]byte(name))
	return string(kind[0]) + "-" + hex.EncodeToString(sum[:])[:idLength]
}

// known refuses, as not found, whatever cannot be an ID of this store's: it never becomes a path.
func known(kind filer.Kind, id string) error {
	if !wellFormed.MatchString(id) || id[0] != kind[0] {
		return notFound(kind, id)
	}
	return nil
}

func notFound(kind filer.Kind, id string) error {
	return &filer.Error{Kind: filer.ErrNotFound, Text: fmt.Sprintf("%s %q", kind, id)}
}

package payload

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
)

// Type is what an entry is.
type Type string

// The types of entries, after stat(2).
const (
	File        Type = "file"
	Dir         Type = "dir"
	Symlink     Type = "symlink"
	Fifo        Type = "fifo"
	Socket      Type = "socket"
	CharDevice  Type = "chardev"
	BlockDevice Type = "blockdev"
)

// Extent is a range of bytes in a file.
type Extent struct {
	Offset int64 `json:"offset"`
	Length int64 `json:"length"`
}

// Entry is one name in a tree and all that is judged about it.
type Entry struct {
	// Path is relative to the root of the tree.
	Path Path `json:"path"`
	Type Type `json:"type"`
	// Mode is 0000 for symlinks: Linux gives their mode no meaning.
	Mode Mode   `json:"mode"`
	UID  uint32 `json:"uid"`
	GID  uint32 `json:"gid"`
	// Size is in bytes, of regular files only: what a directory measures is the file system's affair.
	Size int64 `json:"size,omitempty"`
	// SHA256 of a regular file's bytes, in hexadecimal.
	SHA256 string `json:"sha256,omitempty"`
	// Target of a symlink, unresolved.
	Target Path `json:"target,omitempty"`
	// Device is "major:minor" of a device.
	Device string `json:"device,omitempty"`
	// HardLinkGroup is the first path, by order, of the two or more in this tree that are one and the same file.
	HardLinkGroup Path `json:"hardLinkGroup,omitempty"`
	// Holes are the ranges of a regular file that hold no data (lseek(2), SEEK_HOLE).
	Holes []Extent `json:"holes,omitempty"`
	// ModTime is in nanoseconds since 1970.
	ModTime int64 `json:"modTime"`
}

// Manifest lists what a tree holds below its root, sorted by path (bytewise).
type Manifest struct {
	Entries []Entry `json:"entries"`
}

// Digest is the SHA-256, in hexadecimal, of everything in the manifest, in whatever order the entries stand.
func (m Manifest) Digest() string {
	h := sha256.New()
	// One JSON value a line is a canonical form: fields have one order and every text form is one to one.
	// Neither a hash nor these types can fail to be written.
	enc := json.NewEncoder(h)
	for _, e := range sorted(m.Entries) {
		if err := enc.Encode(e); err != nil {
			panic("payload: an entry has no JSON form: " + err.Error())
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// sorted is a copy in order of path; entries of the same path keep their order.
func sorted(entries []Entry) []Entry {
	entries = slices.Clone(entries)
	slices.SortStableFunc(entries, func(a, b Entry) int { return strings.Compare(string(a.Path), string(b.Path)) })
	return entries
}

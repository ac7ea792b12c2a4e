package payload

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// Manifest is what the recipe makes, told without any file system: a volume that already wrote the tree wrongly is
// not taken as the measure of its own copies. The owners of a [Small] tree are its writer's; they are 0 here.
func (t Tree) Manifest(ctx context.Context) (Manifest, error) {
	if err := t.check(); err != nil {
		return Manifest{}, err
	}
	var m Manifest
	linked := map[string][]int{} // path of the file in the plan: its names in m.Entries
	inode := map[string]*node{}
	for _, n := range t.nodes() {
		e := Entry{Path: Path(n.path), Type: n.kind, Mode: n.mode, UID: uint32(max(n.uid, 0)), GID: uint32(max(n.gid, 0))}
		e.Target = Path(n.target)
		self := n
		if n.linkTo != "" {
			self = inode[n.linkTo]
			linked[n.linkTo] = append(linked[n.linkTo], len(m.Entries))
		} else if n.kind == File {
			inode[n.path] = n
			linked[n.path] = []int{len(m.Entries)}
		}
		e.ModTime = self.mtime(t).UnixNano()
		if n.kind == File {
			e.Size = n.size
			var err error
			if e.SHA256, err = self.sum(ctx, t); err != nil {
				return Manifest{}, fmt.Errorf("reckoning %q of tree %s: %w", n.path, t, err)
			}
			e.Holes = self.holes()
		}
		m.Entries = append(m.Entries, e)
	}
	for _, names := range linked {
		if len(names) < 2 {
			continue
		}
		first := m.Entries[names[0]].Path
		for _, i := range names {
			first = min(first, m.Entries[i].Path)
		}
		for _, i := range names {
			m.Entries[i].HardLinkGroup = first
		}
	}
	m.Entries = sorted(m.Entries)
	return m, nil
}

func (n *node) holes() []Extent {
	if n.dense() {
		return nil
	}
	var holes []Extent
	at := int64(0)
	for _, d := range append(n.data[:len(n.data):len(n.data)], Extent{Offset: n.size}) {
		if d.Offset > at {
			holes = append(holes, Extent{Offset: at, Length: d.Offset - at})
		}
		at = d.Offset + d.Length
	}
	return holes
}

// sum is the hash of the file's bytes, holes read as zeros.
func (n *node) sum(ctx context.Context, t Tree) (string, error) {
	h := sha256.New()
	src := reader{ctx, n.bytes(t)}
	extents := n.data
	if n.dense() {
		extents = []Extent{{Length: n.size}}
	}
	at := int64(0)
	for _, d := range append(extents[:len(extents):len(extents)], Extent{Offset: n.size}) {
		if _, err := io.CopyN(h, zeros{}, d.Offset-at); err != nil {
			return "", err
		}
		if _, err := io.CopyN(h, src, d.Length); err != nil {
			return "", err
		}
		at = d.Offset + d.Length
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

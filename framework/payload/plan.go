package payload

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"path"
	"time"
)

// keep leaves an owner as the writer's.
const keep = -1

// node is one entry to be made. Parents stand before what is in them, files before their hard links.
type node struct {
	path     string
	kind     Type
	mode     Mode
	uid, gid int
	size     int64
	data     []Extent // what of a sparse file holds data; nil means all
	target   string   // of a symlink
	linkTo   string   // path of the file that this one is another name of
}

func (n *node) owned(uid, gid int) *node    { n.uid, n.gid = uid, gid; return n }
func (n *node) moded(m Mode) *node          { n.mode = m; return n }
func (n *node) sparse(data ...Extent) *node { n.data = append([]Extent{}, data...); return n }
func (n *node) mtime(t Tree) time.Time      { return mtime(t, n.path) }
func (n *node) bytes(t Tree) io.Reader      { return random(t, n.path) }
func (n *node) dense() bool                 { return n.data == nil }
func (n *node) write(ctx context.Context, t Tree, w io.WriterAt) error {
	extents := n.data
	if n.dense() {
		extents = []Extent{{Length: n.size}}
	}
	src := reader{ctx, n.bytes(t)}
	for _, e := range extents {
		if _, err := io.CopyBuffer(io.NewOffsetWriter(w, e.Offset), io.LimitReader(src, e.Length), make([]byte, min(e.Length+1, mib))); err != nil {
			return err
		}
	}
	return nil
}

// plan is the list of what a tree is made of.
type plan struct {
	uid, gid int
	nodes    []*node
}

func (p *plan) add(n node) *node {
	n.uid, n.gid = p.uid, p.gid
	p.nodes = append(p.nodes, &n)
	return &n
}

func (p *plan) dir(at string) *node { return p.add(node{path: at, kind: Dir, mode: 0o755}) }
func (p *plan) file(at string, size int64) *node {
	return p.add(node{path: at, kind: File, mode: 0o644, size: size})
}
func (p *plan) symlink(at, target string) *node {
	return p.add(node{path: at, kind: Symlink, target: target})
}
func (p *plan) fifo(at string) *node { return p.add(node{path: at, kind: Fifo, mode: 0o644}) }

// link makes another name of a file already in the plan.
func (p *plan) link(at string, of *node) {
	n := *of
	n.path, n.linkTo = at, of.path
	p.nodes = append(p.nodes, &n)
}

// nodes is what the tree is made of; the tree must have been checked.
func (t Tree) nodes() []*node {
	if t.Kind == KindSmall {
		return small(t)
	}
	return mixed(t)
}

// random is an endless stream that depends on the tree and the name alone.
func random(t Tree, name string) *rand.ChaCha8 {
	return rand.NewChaCha8(sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%s", t.Kind, t.Seed, name)))
}

// mtime is a time between 2001 and 2012, with nanoseconds, that depends on the tree and the name alone.
func mtime(t Tree, name string) time.Time {
	var b [8]byte
	sum := sha256.Sum256(fmt.Appendf(nil, "mtime\x00%s\x00%d\x00%s", t.Kind, t.Seed, name))
	copy(b[:], sum[:])
	v := binary.BigEndian.Uint64(b[:])
	const from, span = 1_000_000_000, 1 << 28 // seconds
	return time.Unix(from+int64(v>>32)%span, 1+int64(v&0xffffffff)%999_999_999)
}

func small(t Tree) []*node {
	p := plan{uid: keep, gid: keep}
	top := t.String()
	p.dir(top).moded(0o750)
	p.file("."+top, 11).moded(0o600)
	p.file(path.Join(top, "empty"), 0)
	p.file(path.Join(top, ".hidden"), 1)
	p.file(path.Join(top, "with space"), 4097).moded(0o755)
	p.symlink(path.Join(top, "link"), "with space")
	p.plain(top)
	return p.nodes
}

// plain is the part that [Tree.Mutate] changes.
func (p *plan) plain(top string) {
	dir := path.Join(top, "plain")
	p.dir(dir)
	for _, name := range []string{"overwrite", "append", "truncate", "delete", "chmod", "rename"} {
		p.file(path.Join(dir, name), 777)
	}
}

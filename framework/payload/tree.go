package payload

import (
	"fmt"
	"slices"
	"strings"
)

// Tree is a recipe for a tree of files: the same recipe makes the same tree, byte for byte. Trees of different
// recipes share no name at the top, so one volume can hold several.
type Tree struct {
	Kind string `json:"kind"`
	Seed int64  `json:"seed"`
}

// The kinds of trees.
const (
	KindMixed = "mixed"
	KindSmall = "small"
)

// Mixed holds everything that breaks drivers: about 80 entries, 5 MiB. Its owners and special bits need a writer
// that is root; its hard links, fifo, holes and names need a POSIX file system. Names are valid UTF-8, because a file
// system may rightly refuse others.
func Mixed(seed int64) Tree { return Tree{Kind: KindMixed, Seed: seed} }

// Small is a dozen of entries of a few KiB that any user may write; who writes it owns it.
func Small(seed int64) Tree { return Tree{Kind: KindSmall, Seed: seed} }

// Parse is the tree of a kind by its name, or a [KindError].
func Parse(kind string, seed int64) (Tree, error) {
	t := Tree{Kind: kind, Seed: seed}
	return t, t.check()
}

// String is the name shared by what the tree has at the top, for example "mixed-7".
func (t Tree) String() string { return fmt.Sprintf("%s-%d", t.Kind, t.Seed) }

func (t Tree) check() error {
	if !slices.Contains([]string{KindMixed, KindSmall}, t.Kind) {
		return KindError{Found: t.Kind}
	}
	return nil
}

// KindError says that there is no tree of this kind.
type KindError struct{ Found string }

// Error names what was found and what is accepted.
func (e KindError) Error() string {
	return fmt.Sprintf("kind of tree: found %q, accepted are %s", e.Found, strings.Join([]string{KindMixed, KindSmall}, ", "))
}

// BadInput marks the error as the caller's.
func (KindError) BadInput() bool { return true }

package payload_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"csicert/framework/payload"
)

// needRoot skips with the reason: owners and special bits can only be made by root.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("a mixed tree has files of several owners, which only root may make")
	}
}

func write(t *testing.T, tree payload.Tree) string {
	t.Helper()
	root := t.TempDir()
	if err := tree.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	return root
}

func walk(t *testing.T, root string) payload.Manifest {
	t.Helper()
	m, err := payload.Walk(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func recipe(t *testing.T, tree payload.Tree) payload.Manifest {
	t.Helper()
	m, err := tree.Manifest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func same(t *testing.T, want, got payload.Manifest, aspects ...payload.Aspect) {
	t.Helper()
	for _, d := range payload.Diff(want, got, aspects...) {
		t.Error(d)
	}
}

func TestWhatIsWrittenIsWhatTheRecipeSays(t *testing.T) {
	needRoot(t)
	for _, tree := range []payload.Tree{payload.Mixed(7), payload.Mixed(-1), payload.Small(7)} {
		want, got := recipe(t, tree), walk(t, write(t, tree))
		same(t, want, got)
		if want.Digest() != got.Digest() {
			t.Errorf("%s: no difference, yet digests differ", tree)
		}
	}
}

// The digests are written down: a recipe that changes between versions makes recorded runs incomparable.
func TestRecipesNeverChange(t *testing.T) {
	for tree, digest := range map[payload.Tree]string{
		payload.Mixed(7): "342d0426c3a89e191ecaef303a2917262e542d2408a1503bfcf97c9067cd0321",
		payload.Small(7): "2144690e8d915005d796623d4c5b57ebe6a5e99f2827d5355a8c20e6c5bfd181",
	} {
		if got := recipe(t, tree).Digest(); got != digest {
			t.Errorf("%s: digest %s, recorded %s", tree, got, digest)
		}
	}
}

func TestMixedHoldsWhatBreaksDrivers(t *testing.T) {
	m := recipe(t, payload.Mixed(7))
	var size int64
	longest, depth := 0, 0
	modes, owners, sizes, types, seen := map[payload.Mode]bool{}, map[uint32]bool{}, map[int64]bool{}, map[payload.Type]bool{}, map[payload.Path]bool{}
	for _, e := range m.Entries {
		if seen[e.Path] {
			t.Errorf("%q stands there twice", e.Path)
		}
		seen[e.Path] = true
		size += e.Size
		for _, h := range e.Holes {
			size -= h.Length
		}
		longest = max(longest, len(filepath.Base(string(e.Path))))
		depth = max(depth, strings.Count(string(e.Path), "/"))
		modes[e.Mode], owners[e.UID], sizes[e.Size], types[e.Type] = true, true, true, true
	}
	if n := len(m.Entries); n < 60 || n > 120 {
		t.Errorf("%d entries", n)
	}
	if size < 3<<20 || size > 6<<20 {
		t.Errorf("%d bytes", size)
	}
	if longest != 255 || depth < 20 || len(owners) < 4 {
		t.Errorf("longest name %d, depth %d, owners %v", longest, depth, owners)
	}
	for _, mode := range []payload.Mode{0, 0o700, 0o1777, 0o2775, 0o4755, 0o2755} {
		if !modes[mode] {
			t.Errorf("nothing has mode %v", mode)
		}
	}
	for _, n := range []int64{0, 1, 4095, 4096, 4097} {
		if !sizes[n] {
			t.Errorf("no file of %d bytes", n)
		}
	}
	for _, typ := range []payload.Type{payload.File, payload.Dir, payload.Symlink, payload.Fifo} {
		if !types[typ] {
			t.Errorf("no %s", typ)
		}
	}
}

func TestSeedsAndKindsDiffer(t *testing.T) {
	digests := map[string]payload.Tree{}
	for _, tree := range []payload.Tree{payload.Mixed(1), payload.Mixed(2), payload.Small(1), payload.Small(2)} {
		d := recipe(t, tree).Digest()
		if other, found := digests[d]; found {
			t.Errorf("%s and %s have the same digest", tree, other)
		}
		digests[d] = tree
	}
	// The seed is in the bytes too, not only in the names at the top.
	sums := map[string]bool{}
	for _, seed := range []int64{1, 2} {
		for _, e := range recipe(t, payload.Small(seed)).Entries {
			if strings.HasSuffix(string(e.Path), "with space") {
				sums[e.SHA256] = true
			}
		}
	}
	if len(sums) != 2 {
		t.Errorf("the same bytes of two seeds: %v", sums)
	}
}

func TestWriteRefusesWhatIsThere(t *testing.T) {
	root := t.TempDir()
	taken := filepath.Join(root, ".small-3")
	if err := os.WriteFile(taken, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := payload.Small(3).Write(t.Context(), root)
	if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), `".small-3"`) {
		t.Errorf("error %v", err)
	}
	if m := walk(t, root); len(m.Entries) != 1 || m.Entries[0].Size != 4 {
		t.Errorf("something was written: %v", m.Entries)
	}
	if err := payload.Small(4).Write(t.Context(), root); err != nil {
		t.Errorf("beside what is there: %v", err)
	}
}

func TestWriteStaysBelowItsRoot(t *testing.T) {
	root, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(root, "small-3")); err != nil {
		t.Fatal(err)
	}
	if err := payload.Small(3).Write(t.Context(), root); !errors.Is(err, fs.ErrExist) {
		t.Errorf("error %v", err)
	}
	if m := walk(t, outside); len(m.Entries) != 0 {
		t.Errorf("written outside: %v", m.Entries)
	}
}

func TestCancellation(t *testing.T) {
	root := write(t, payload.Small(3))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := payload.Small(4).Write(ctx, root); !errors.Is(err, context.Canceled) {
		t.Errorf("Write: %v", err)
	}
	directories := t.TempDir()
	if err := os.Mkdir(filepath.Join(directories, "empty"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{root, directories} {
		if _, err := payload.Walk(ctx, dir); !errors.Is(err, context.Canceled) {
			t.Errorf("Walk: %v", err)
		}
	}
	if err := payload.Small(3).Mutate(ctx, root); !errors.Is(err, context.Canceled) {
		t.Errorf("Mutate: %v", err)
	}
	if _, err := payload.Small(4).Manifest(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Manifest: %v", err)
	}
}

func TestMutateChangesWhatItSays(t *testing.T) {
	tree := payload.Small(3)
	root := write(t, tree)
	before := walk(t, root)
	if err := tree.Mutate(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	after := walk(t, root)
	want := []string{`added": extra`, `append": size`, `append": bytes`, `chmod": mode: want 0644, got 0600`, `delete": missing`,
		`overwrite": bytes`, `rename": missing`, `renamed": extra`, `truncate": size: want 777, got 100`, `truncate": bytes`}
	got := payload.Diff(before, after, payload.Core)
	if len(got) != len(want) {
		t.Fatalf("differences: %v", got)
	}
	for i, d := range got {
		if !strings.Contains(d.String(), want[i]) {
			t.Errorf("difference %d: %v, want %s", i, d, want[i])
		}
	}
	again := write(t, tree)
	if err := tree.Mutate(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	same(t, after, walk(t, again), payload.All&^payload.Times)
	if err := tree.Mutate(t.Context(), root); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the second time: %v", err)
	}
}

func TestUnknownKind(t *testing.T) {
	const want = `kind of tree: found "large", accepted are mixed, small`
	_, err := payload.Parse("large", 1)
	var bad interface{ BadInput() bool }
	if err == nil || err.Error() != want || !errors.As(err, &bad) || !bad.BadInput() {
		t.Errorf("Parse: %v", err)
	}
	tree := payload.Tree{Kind: "large"}
	for verb, err := range map[string]error{"Write": tree.Write(t.Context(), t.TempDir()), "Mutate": tree.Mutate(t.Context(), t.TempDir())} {
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v", verb, err)
		}
	}
	if tree, err := payload.Parse("small", 5); err != nil || tree != payload.Small(5) {
		t.Errorf("Parse: %v, %v", tree, err)
	}
}

func TestOddNamesSurviveJSON(t *testing.T) {
	root := t.TempDir()
	names := []string{"\xff\xfe", "base64:AAAA", "a\nb", "\u2028<&>", "\ufffd", "\u00e9", "e\u0301"}
	for _, name := range names {
		if err := os.Symlink("to "+name, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	m := walk(t, root)
	if len(m.Entries) != len(names) {
		t.Fatalf("%d names of %d", len(m.Entries), len(names))
	}
	raw, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var back payload.Manifest
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	same(t, m, back)
	if m.Digest() != back.Digest() {
		t.Error("digest changed by JSON")
	}
}

package fault

import (
	"archive/tar"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"csicert/driver/filer"
	"csicert/driver/filer/tree"
)

// contentFaults are in what a copy holds.
func contentFaults() []Fault {
	return []Fault{
		{Name: "restore-forgets-hidden", Wrong: "the copy lacks every file whose name begins with a dot",
			Filer: copying(func(all []entry) ([]entry, error) {
				return without(all, func(e entry) bool { return e.name() != "." && strings.HasPrefix(e.base(), ".") }), nil
			})},
		{Name: "restore-adds-a-file", Wrong: "the copy has a file that its source does not have", Filer: copying(oneMore)},
		{Name: "restore-flips-a-bit", Wrong: "one bit of a copied file is not what it was", Filer: copying(flipped)},
		{Name: "restore-follows-links", Wrong: "the copy has an empty file where its source has a symbolic link",
			Filer: eachCopied(func(e entry) error {
				if e.Typeflag == tar.TypeSymlink {
					e.Typeflag, e.Linkname = tar.TypeReg, ""
					e.PAXRecords = map[string]string{tree.RecordMode: "100644", tree.RecordSize: "0", tree.RecordExtents: ""}
				}
				return nil
			})},
		{Name: "restore-loses-owners", Wrong: "whatever is copied belongs to root afterwards",
			Filer: eachCopied(func(e entry) error {
				e.Uid, e.Gid = 0, 0
				return nil
			})},
		{Name: "restore-widens-modes", Wrong: "private directories are open in the copy, and setuid bits are lost", Filer: eachCopied(widen)},
		{Name: "restore-stamps-now", Wrong: "copied files have the time of the copy",
			Filer: eachCopied(func(e entry) error {
				e.ModTime = time.Now()
				return nil
			})},
		{Name: "restore-splits-hard-links", Wrong: "the names of one file are files of their own in the copy", Filer: copying(split)},
		{Name: "restore-fills-holes", Wrong: "holes are written out as zeros in the copy", Filer: copying(filled)},
		{Name: "snapshot-ready-too-soon", Wrong: "the snapshot is ready while half of it is still to be copied", Filer: copying(half)},
	}
}

// eachCopied spoils every entry of a copy alone.
func eachCopied(spoil func(entry) error) func(filer.Filer) filer.Filer {
	return copying(func(all []entry) ([]entry, error) {
		for _, e := range all {
			if err := spoil(e); err != nil {
				return nil, fmt.Errorf("spoiling %q: %w", e.name(), err)
			}
		}
		return all, nil
	})
}

// without leaves entries out, with what is below them and with further names of files that are left out.
func without(all []entry, gone func(entry) bool) []entry {
	out := map[string]bool{}
	return slices.DeleteFunc(all, func(e entry) bool {
		name := e.name()
		for at, c := range name {
			out[name] = out[name] || c == '/' && out[name[:at]]
		}
		out[name] = out[name] || gone(e) || e.Typeflag == tar.TypeLink && out[e.Linkname]
		return out[name]
	})
}

func oneMore(all []entry) ([]entry, error) {
	text := []byte("restored\n")
	header := &tar.Header{Name: "restore.log", Typeflag: tar.TypeReg, Format: tar.FormatPAX, ModTime: time.Now(), PAXRecords: map[string]string{
		tree.RecordMode: "100644", tree.RecordSize: strconv.Itoa(len(text)), tree.RecordExtents: fmt.Sprintf("0+%d", len(text))}}
	return append(all, entry{header, text}), nil
}

// flipped changes one bit in the middle of the largest file, which keeps its size and time.
func flipped(all []entry) ([]entry, error) {
	if len(all) == 0 {
		return all, nil
	}
	largest := slices.MaxFunc(all, func(a, b entry) int { return len(a.data) - len(b.data) })
	if n := len(largest.data); n > 0 {
		largest.data[n/2] ^= 1
	}
	return all, nil
}

// widen keeps of a mode what a careless copy keeps: 0755 for folders, no setuid, setgid and sticky bits.
func widen(e entry) error {
	mode, err := strconv.ParseUint(e.PAXRecords[tree.RecordMode], 8, 32)
	if err != nil {
		return err
	}
	if mode &^= 0o7000; e.Typeflag == tar.TypeDir {
		mode = mode&^0o777 | 0o755
	}
	e.PAXRecords[tree.RecordMode] = strconv.FormatUint(mode, 8)
	return nil
}

func split(all []entry) ([]entry, error) {
	byName := map[string]entry{}
	for i, e := range all {
		if first, known := byName[e.Linkname]; known && e.Typeflag == tar.TypeLink {
			all[i] = first.called(e.name())
		}
		byName[e.name()] = all[i]
	}
	return all, nil
}

func filled(all []entry) ([]entry, error) {
	for i, e := range all {
		if e.Typeflag != tar.TypeReg {
			continue
		}
		size, err := e.size()
		if err != nil || size > mostBytes {
			return nil, fmt.Errorf("the size of %q: found %q: %w", e.name(), e.PAXRecords[tree.RecordSize], err)
		}
		whole, rest := make([]byte, size), e.data
		for part := range strings.SplitSeq(e.PAXRecords[tree.RecordExtents], ",") {
			var at, length int64
			if part == "" {
				continue
			}
			if _, err := fmt.Sscanf(part, "%d+%d", &at, &length); err != nil {
				return nil, fmt.Errorf("extent %q of %q: %w", part, e.name(), err)
			}
			copy(whole[at:at+length], rest)
			rest = rest[length:]
		}
		if all[i].data = whole; size > 0 {
			e.PAXRecords[tree.RecordExtents] = fmt.Sprintf("0+%d", size)
		}
	}
	return all, nil
}

// half leaves out the second half of what stands at the top, by names.
func half(all []entry) ([]entry, error) {
	var top []string
	for _, e := range all {
		if name := e.name(); name != "." && !strings.Contains(name, "/") {
			top = append(top, name)
		}
	}
	late := top[len(top)/2:]
	return without(all, func(e entry) bool { return slices.Contains(late, e.name()) }), nil
}

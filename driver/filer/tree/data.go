package tree

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// extent is a run of bytes that a file really holds; what lies between extents is a hole.
type extent struct{ offset, length int64 }

// regular packs a file's data without its holes.
func (p *packer) regular(file *os.File, name string) error {
	if err := context.Cause(p.ctx); err != nil {
		return err
	}
	var stat unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &stat); err != nil {
		return fmt.Errorf("looking at %q: %w", name, err)
	}
	header := headerOf(name, &stat)
	header.Typeflag = tar.TypeReg
	if p.linked(header, &stat) {
		header.Typeflag = tar.TypeLink
		return p.header(header)
	}
	extents, err := extentsOf(file, stat.Size)
	if err != nil {
		return fmt.Errorf("finding the holes of %q: %w", name, err)
	}
	header.PAXRecords[RecordExtents] = formatExtents(extents)
	header.PAXRecords[RecordSize] = strconv.FormatInt(stat.Size, 10)
	for _, e := range extents {
		header.Size += e.length
	}
	if err := p.header(header); err != nil {
		return err
	}
	for _, e := range extents {
		// A file that shrinks meanwhile gives too few bytes: an error, never a shorter copy.
		if _, err := io.CopyN(p.out, io.NewSectionReader(file, e.offset, e.length), e.length); err != nil {
			return fmt.Errorf("packing the data of %q: %w", name, err)
		}
	}
	return nil
}

// extentsOf asks the file system where the data are. One that does not know says: everywhere.
func extentsOf(file *os.File, size int64) ([]extent, error) {
	var all []extent
	for at := int64(0); at < size; {
		start, err := unix.Seek(int(file.Fd()), at, unix.SEEK_DATA)
		if errors.Is(err, unix.ENXIO) { // a hole up to the end
			break
		}
		if err != nil {
			return nil, err
		}
		end, err := unix.Seek(int(file.Fd()), start, unix.SEEK_HOLE)
		if err != nil {
			return nil, err
		}
		start, end = min(start, size), min(end, size)
		if end > start {
			all = append(all, extent{start, end - start})
		}
		at = max(end, at+1)
	}
	return all, nil
}

func formatExtents(extents []extent) string {
	parts := make([]string, len(extents))
	for i, e := range extents {
		parts[i] = fmt.Sprintf("%d+%d", e.offset, e.length)
	}
	return strings.Join(parts, ",")
}

// parseExtents reads what formatExtents wrote and refuses what does not fit the size of the file or of its body.
func parseExtents(text string, size, body int64) ([]extent, error) {
	var all []extent
	var at, sum int64
	if text != "" {
		for part := range strings.SplitSeq(text, ",") {
			var e extent
			if _, err := fmt.Sscanf(part, "%d+%d", &e.offset, &e.length); err != nil {
				return nil, fmt.Errorf("extent %q is not offset+length", part)
			}
			if e.offset < at || e.length <= 0 || e.length > size || e.offset > size-e.length {
				return nil, fmt.Errorf("extent %q does not fit a file of %d bytes after offset %d", part, size, at)
			}
			at = e.offset + e.length
			sum += e.length
			all = append(all, e)
		}
	}
	if sum != body {
		return nil, fmt.Errorf("the extents have %d bytes and the body %d", sum, body)
	}
	return all, nil
}

package fault

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strconv"
	"strings"

	"csicert/driver/filer"
	"csicert/driver/filer/tree"
)

// entry is one of a tree's stream (see filer/tree), with the data that a file holds.
type entry struct {
	*tar.Header
	data []byte
}

// mostBytes bounds what is held in memory of one copy.
const mostBytes = 256 << 20

// name is the entry's path in its tree, "." for the tree's own folder.
func (e entry) name() string { return strings.TrimSuffix(e.Header.Name, "/") }

// base is the last part of the path.
func (e entry) base() string { return e.name()[strings.LastIndexByte(e.name(), '/')+1:] }

// size is a file's, holes included.
func (e entry) size() (int64, error) { return strconv.ParseInt(e.PAXRecords[tree.RecordSize], 10, 64) }

// called is the entry once more under another path.
func (e entry) called(name string) entry {
	header := *e.Header
	header.Name, header.PAXRecords = name, maps.Clone(e.PAXRecords)
	return entry{&header, e.data}
}

// entriesOf reads a stream to its end.
func entriesOf(in io.Reader) ([]entry, error) {
	var all []entry
	limited := io.LimitReader(in, mostBytes)
	reader := tar.NewReader(limited)
	for {
		header, err := reader.Next()
		if err != nil {
			return nil, fmt.Errorf("reading a copy of up to %d bytes after %d entries: %w", mostBytes, len(all), err)
		}
		if header.Name == tree.Closing {
			_, err := io.Copy(io.Discard, limited) // tar's padding: the sender must be able to end
			return all, err
		}
		data, err := io.ReadAll(reader)
		if err != nil {
			return nil, fmt.Errorf("reading %q of a copy: %w", header.Name, err)
		}
		all = append(all, entry{header, data})
	}
}

// streamOf writes the entries as a stream that is whole.
func streamOf(all []entry) (io.Reader, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	end := &tar.Header{Name: tree.Closing, Typeflag: tar.TypeReg, Format: tar.FormatPAX,
		PAXRecords: map[string]string{tree.RecordEntries: strconv.Itoa(len(all))}}
	for _, e := range append(all, entry{Header: end}) {
		e.Header.Size = int64(len(e.data))
		if err := w.WriteHeader(e.Header); err != nil {
			return nil, fmt.Errorf("writing %q of a copy: %w", e.Header.Name, err)
		}
		if _, err := w.Write(e.data); err != nil {
			return nil, fmt.Errorf("writing %q of a copy: %w", e.Header.Name, err)
		}
	}
	return &out, w.Close()
}

// copying spoils what is copied into a new volume, within a zone and between zones.
func copying(spoil func([]entry) ([]entry, error)) func(filer.Filer) filer.Filer {
	return func(next filer.Filer) filer.Filer { return copier{next, spoil} }
}

type copier struct {
	filer.Filer
	spoil func([]entry) ([]entry, error)
}

// CreateVolume implements filer.Filer. What is to be filled here is fetched and filled like a copy from another zone.
func (c copier) CreateVolume(ctx context.Context, req filer.VolumeRequest) (_ filer.Volume, err error) {
	if req.Source == nil {
		return c.Filer.CreateVolume(ctx, req)
	}
	content, err := c.Content(ctx, *req.Source)
	if err != nil {
		return filer.Volume{}, err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	req.Source = nil
	return c.FillVolume(ctx, req, content)
}

// FillVolume implements filer.Filer.
func (c copier) FillVolume(ctx context.Context, req filer.VolumeRequest, content io.Reader) (filer.Volume, error) {
	all, err := entriesOf(content)
	if err != nil {
		return filer.Volume{}, err
	}
	if all, err = c.spoil(all); err != nil {
		return filer.Volume{}, err
	}
	stream, err := streamOf(all)
	if err != nil {
		return filer.Volume{}, err
	}
	return c.Filer.FillVolume(ctx, req, stream)
}

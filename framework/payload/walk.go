package payload

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// Walk lists everything below root, which must be a directory; it follows no symlink. The root itself is not
// listed: its mode, owner and time belong to whoever provides the volume.
//
// A directory lost+found directly below root is left out when it is empty and owned by root: mkfs.ext4 puts one into
// each new volume, nobody's data is in it, and a copy to another file system rightly lacks it. With anything in it,
// or of another owner, it is listed like the rest.
//
// What changes while it is being read is an error, never a guess.
func Walk(ctx context.Context, root string) (Manifest, error) {
	r, err := os.OpenRoot(root)
	if err != nil {
		return Manifest{}, fmt.Errorf("walking %q: %w", root, err)
	}
	defer r.Close()
	w := walker{inodes: map[inode][]int{}}
	if err := w.dir(ctx, r, ""); err != nil {
		return Manifest{}, fmt.Errorf("walking %q: %w", root, err)
	}
	for _, members := range w.inodes {
		if len(members) < 2 {
			continue
		}
		first := w.entries[members[0]].Path
		for _, i := range members {
			first = min(first, w.entries[i].Path)
		}
		for _, i := range members {
			w.entries[i].HardLinkGroup = first
		}
	}
	return Manifest{Entries: sorted(w.entries)}, nil
}

type inode struct{ dev, ino uint64 }

type walker struct {
	entries []Entry
	inodes  map[inode][]int // indexes of entries whose file has more than one link
}

func (w *walker) dir(ctx context.Context, d *os.Root, at string) error {
	names, err := list(d)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.entry(ctx, d, at, name); err != nil {
			return err
		}
	}
	return nil
}

func list(d *os.Root) ([]string, error) {
	f, err := d.Open(".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	return names, nil
}

func (w *walker) entry(ctx context.Context, d *os.Root, at, name string) error {
	full := path.Join(at, name)
	info, err := d.Lstat(name)
	if err != nil {
		return fmt.Errorf("%q: %w", full, err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("%q: no stat(2) of it, but %T", full, info.Sys())
	}
	e := Entry{
		Path: Path(full), Mode: Mode(st.Mode & 0o7777), UID: st.Uid, GID: st.Gid,
		ModTime: st.Mtim.Nano(),
	}
	var sub *os.Root
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFDIR:
		e.Type = Dir
		if sub, err = d.OpenRoot(name); err == nil {
			defer sub.Close()
			if at == "" && name == "lost+found" && st.Uid == 0 {
				inside, err := list(sub)
				if err != nil {
					return fmt.Errorf("%q: %w", full, err)
				}
				if len(inside) == 0 {
					return nil
				}
			}
		}
	case unix.S_IFREG:
		e.Type, e.Size = File, st.Size
		e.SHA256, e.Holes, err = read(ctx, d, name, info)
	case unix.S_IFLNK:
		var target string
		target, err = d.Readlink(name)
		e.Type, e.Mode, e.Target = Symlink, 0, Path(target)
	case unix.S_IFIFO:
		e.Type = Fifo
	case unix.S_IFSOCK:
		e.Type = Socket
	case unix.S_IFCHR, unix.S_IFBLK:
		e.Type = CharDevice
		if st.Mode&unix.S_IFMT == unix.S_IFBLK {
			e.Type = BlockDevice
		}
		e.Device = fmt.Sprintf("%d:%d", unix.Major(st.Rdev), unix.Minor(st.Rdev))
	default:
		err = fmt.Errorf("unknown type %#o", st.Mode&unix.S_IFMT)
	}
	if err != nil {
		return fmt.Errorf("%q: %w", full, err)
	}
	if sub == nil && st.Nlink > 1 {
		key := inode{dev: st.Dev, ino: st.Ino}
		w.inodes[key] = append(w.inodes[key], len(w.entries))
	}
	w.entries = append(w.entries, e)
	if sub != nil {
		return w.dir(ctx, sub, full)
	}
	return nil
}

// read gives the hash and the holes of a regular file whose Lstat was seen.
func read(ctx context.Context, d *os.Root, name string, seen fs.FileInfo) (string, []Extent, error) {
	f, err := d.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", nil, err
	}
	if !os.SameFile(seen, info) {
		return "", nil, errors.New("replaced while it was being read")
	}
	fd := int(f.Fd())
	holes, err := holesOf(fd, seen.Size())
	if err != nil {
		return "", nil, err
	}
	// Clean pages are dropped so that the bytes come from the volume and not from this node's memory of them.
	if err := unix.Fadvise(fd, 0, 0, unix.FADV_DONTNEED); err != nil {
		return "", nil, fmt.Errorf("dropping cached pages: %w", err)
	}
	h := sha256.New()
	n, err := io.Copy(h, reader{ctx, f})
	if err != nil {
		return "", nil, err
	}
	if n != seen.Size() {
		return "", nil, fmt.Errorf("changed while it was being read: %d bytes read, %d expected", n, seen.Size())
	}
	return hex.EncodeToString(h.Sum(nil)), holes, nil
}

func holesOf(fd int, size int64) ([]Extent, error) {
	var holes []Extent
	for at := int64(0); at < size; {
		data, err := unix.Seek(fd, at, unix.SEEK_DATA)
		if errors.Is(err, unix.ENXIO) { // no data up to the end
			data, err = size, nil
		}
		if err != nil {
			return nil, fmt.Errorf("seeking data: %w", err)
		}
		if data > at {
			holes = append(holes, Extent{Offset: at, Length: data - at})
		}
		if data >= size {
			break
		}
		if at, err = unix.Seek(fd, data, unix.SEEK_HOLE); err != nil {
			return nil, fmt.Errorf("seeking a hole: %w", err)
		}
	}
	if _, err := unix.Seek(fd, 0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("seeking the start: %w", err)
	}
	return holes, nil
}

// reader ends a long copy when its context does.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

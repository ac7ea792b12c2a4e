package payload

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"

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
	d, err := os.OpenFile(root, os.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return Manifest{}, fmt.Errorf("walking %q: %w", root, err)
	}
	defer d.Close()
	w := walker{inodes: map[inode][]int{}}
	if err := w.dir(ctx, d, ""); err != nil {
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

func (w *walker) dir(ctx context.Context, d *os.File, at string) error {
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

func list(d *os.File) ([]string, error) {
	if _, err := d.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	names, err := d.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	return names, nil
}

func (w *walker) entry(ctx context.Context, d *os.File, at, name string) error {
	full := path.Join(at, name)
	var st unix.Stat_t
	if err := again(func() error { return unix.Fstatat(int(d.Fd()), name, &st, unix.AT_SYMLINK_NOFOLLOW) }); err != nil {
		return fmt.Errorf("%q: %w", full, err)
	}
	e := Entry{
		Path: Path(full), Mode: Mode(st.Mode & 0o7777), UID: st.Uid, GID: st.Gid,
		ModTime: st.Mtim.Nano(),
	}
	var sub *os.File
	var err error
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFDIR:
		e.Type = Dir
		if sub, err = openIn(d, name, os.O_RDONLY|unix.O_DIRECTORY, 0); err == nil {
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
		e.SHA256, e.Holes, err = read(ctx, d, name, st)
	case unix.S_IFLNK:
		var target string
		target, err = readlink(d, name)
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

// readlink gives a target of any length.
func readlink(d *os.File, name string) (string, error) {
	for room := 256; ; room *= 2 {
		target := make([]byte, room)
		var n int
		if err := again(func() (err error) { n, err = unix.Readlinkat(int(d.Fd()), name, target); return err }); err != nil {
			return "", err
		}
		if n < room {
			return string(target[:n]), nil
		}
	}
}

// read gives the hash and the holes of a regular file whose lstat(2) was seen.
func read(ctx context.Context, d *os.File, name string, seen unix.Stat_t) (string, []Extent, error) {
	f, err := openIn(d, name, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	var now unix.Stat_t
	if err := again(func() error { return unix.Fstat(int(f.Fd()), &now) }); err != nil {
		return "", nil, err
	}
	if now.Dev != seen.Dev || now.Ino != seen.Ino {
		return "", nil, errors.New("replaced while it was being read")
	}
	fd := int(f.Fd())
	holes, err := holesOf(fd, seen.Size)
	if err != nil {
		return "", nil, err
	}
	// Clean pages are dropped so that the bytes come from the volume and not from this node's memory of them.
	if err := unix.Fadvise(fd, 0, 0, unix.FADV_DONTNEED); err != nil {
		return "", nil, fmt.Errorf("dropping cached pages: %w", err)
	}
	h := sha256.New()
	n, err := io.CopyBuffer(h, reader{ctx, f}, make([]byte, min(seen.Size+1, mib)))
	if err != nil {
		return "", nil, err
	}
	if n != seen.Size {
		return "", nil, fmt.Errorf("changed while it was being read: %d bytes read, %d expected", n, seen.Size)
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

package tree

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// identity tells files apart that have several names.
type identity struct{ device, inode uint64 }

type packer struct {
	ctx     context.Context
	out     *tar.Writer
	seen    map[identity]string // the first name of each file with several
	entries int
}

// Pack writes the folder to out. It never follows a symbolic link. Errors: the file system's, out's, and ctx's cause.
func Pack(ctx context.Context, folder *os.Root, out io.Writer) error {
	p := packer{ctx: ctx, out: tar.NewWriter(out), seen: map[identity]string{}}
	dir, err := folder.Open(root)
	if err != nil {
		return fmt.Errorf("opening the folder to copy: %w", err)
	}
	if err := errors.Join(p.folder(dir, root), dir.Close()); err != nil {
		return err
	}
	end := tar.Header{Name: Closing, Typeflag: tar.TypeReg, Format: tar.FormatPAX,
		PAXRecords: map[string]string{RecordEntries: strconv.Itoa(p.entries)}}
	return errors.Join(p.out.WriteHeader(&end), p.out.Close())
}

// folder packs an open folder and what is in it, in the order of names, so that equal trees give equal streams.
func (p *packer) folder(dir *os.File, name string) error {
	if err := context.Cause(p.ctx); err != nil {
		return err
	}
	var stat unix.Stat_t
	if err := unix.Fstat(int(dir.Fd()), &stat); err != nil {
		return fmt.Errorf("looking at %q: %w", name, err)
	}
	if err := p.entry(name, &stat, nil); err != nil {
		return err
	}
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return fmt.Errorf("listing %q: %w", name, err)
	}
	slices.Sort(names)
	for _, base := range names {
		below := base
		if name != root {
			below = name + "/" + base
		}
		if err := p.child(dir, base, below); err != nil {
			return err
		}
	}
	return nil
}

func (p *packer) child(dir *os.File, base, name string) error {
	var stat unix.Stat_t
	if err := unix.Fstatat(int(dir.Fd()), base, &stat, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return fmt.Errorf("looking at %q: %w", name, err)
	}
	kind := stat.Mode & unix.S_IFMT
	if kind != unix.S_IFDIR && kind != unix.S_IFREG {
		return p.entry(name, &stat, dir)
	}
	flags := unix.O_RDONLY | unix.O_NOFOLLOW | unix.O_CLOEXEC | unix.O_NONBLOCK
	fd, err := unix.Openat(int(dir.Fd()), base, flags, 0)
	if err != nil {
		return fmt.Errorf("opening %q: %w", name, err)
	}
	file := os.NewFile(uintptr(fd), name)
	if kind == unix.S_IFDIR {
		return errors.Join(p.folder(file, name), file.Close())
	}
	return errors.Join(p.regular(file, name), file.Close())
}

// entry writes the header of everything that has no body. dir is the folder it stands in, nil for a folder's own.
func (p *packer) entry(name string, stat *unix.Stat_t, dir *os.File) error {
	header := headerOf(name, stat)
	switch stat.Mode & unix.S_IFMT {
	case unix.S_IFDIR:
		header.Typeflag = tar.TypeDir
	case unix.S_IFLNK:
		target, err := readlink(dir, stat, name)
		if err != nil {
			return err
		}
		header.Typeflag, header.Linkname = tar.TypeSymlink, target
	case unix.S_IFCHR:
		header.Typeflag = tar.TypeChar
	case unix.S_IFBLK:
		header.Typeflag = tar.TypeBlock
	default: // a fifo, or a socket: the record of the mode says which
		header.Typeflag = tar.TypeFifo
	}
	if kind := header.Typeflag; kind == tar.TypeChar || kind == tar.TypeBlock {
		header.Devmajor, header.Devminor = int64(unix.Major(stat.Rdev)), int64(unix.Minor(stat.Rdev))
	}
	if p.linked(header, stat) {
		header.Typeflag = tar.TypeLink
	}
	return p.header(header)
}

// linked says whether the file was packed under another name, which is then the header's link name.
func (p *packer) linked(header *tar.Header, stat *unix.Stat_t) bool {
	if stat.Nlink < 2 || stat.Mode&unix.S_IFMT == unix.S_IFDIR {
		return false
	}
	id := identity{stat.Dev, stat.Ino}
	first, again := p.seen[id]
	if again {
		header.Linkname = first
	} else {
		p.seen[id] = header.Name
	}
	return again
}

func (p *packer) header(header *tar.Header) error {
	p.entries++
	if err := p.out.WriteHeader(header); err != nil {
		return fmt.Errorf("packing %q: %w", header.Name, err)
	}
	return nil
}

func headerOf(name string, stat *unix.Stat_t) *tar.Header {
	return &tar.Header{Name: name, Uid: int(stat.Uid), Gid: int(stat.Gid), Format: tar.FormatPAX,
		ModTime: time.Unix(stat.Mtim.Unix()),
		// Only PAX keeps nanoseconds; the mode's record keeps what tar's own field does not.
		PAXRecords: map[string]string{RecordMode: strconv.FormatUint(uint64(stat.Mode), 8)}}
}

func readlink(dir *os.File, stat *unix.Stat_t, name string) (string, error) {
	_, base := split(name)
	buffer := make([]byte, max(stat.Size, 0)+unix.PathMax)
	n, err := unix.Readlinkat(int(dir.Fd()), base, buffer)
	if err != nil {
		return "", fmt.Errorf("reading the link %q: %w", name, err)
	}
	return string(buffer[:n]), nil
}

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

// trimFolder takes away the slash that tar puts after a folder's name.
func trimFolder(header *tar.Header) string {
	if header.Typeflag == tar.TypeDir {
		return strings.TrimSuffix(header.Name, "/")
	}
	return header.Name
}

// newMode is what a new entry has until its owner is set: nobody else's.
const newMode = 0o600

// create makes the entry, with its data, and refuses a name that is there already.
func (u *unpacker) create(dir *os.File, base string, header *tar.Header, mode uint32) error {
	fd := int(dir.Fd())
	switch kind := mode & unix.S_IFMT; kind {
	case unix.S_IFDIR:
		return unix.Mkdirat(fd, base, newMode|0o100)
	case unix.S_IFLNK:
		return unix.Symlinkat(header.Linkname, fd, base)
	case unix.S_IFREG:
		return u.data(fd, base, header)
	case unix.S_IFIFO, unix.S_IFSOCK, unix.S_IFCHR, unix.S_IFBLK:
		device := unix.Mkdev(uint32(header.Devmajor), uint32(header.Devminor))
		return unix.Mknodat(fd, base, kind|newMode, int(device))
	default:
		return fmt.Errorf("its type %#o is unknown", kind)
	}
}

func (u *unpacker) link(dir *os.File, base, first string) error {
	parent, name := split(first)
	from, err := u.folder.Open(parent)
	if err != nil {
		return fmt.Errorf("finding its other name %q: %w", first, err)
	}
	return errors.Join(unix.Linkat(int(from.Fd()), name, int(dir.Fd()), base, 0), from.Close())
}

func (u *unpacker) data(dirfd int, base string, header *tar.Header) (err error) {
	size, err := strconv.ParseInt(header.PAXRecords[RecordSize], 10, 64)
	if err != nil || size < 0 {
		return fmt.Errorf("its size is %q, not a number of bytes", header.PAXRecords[RecordSize])
	}
	extents, err := parseExtents(header.PAXRecords[RecordExtents], size, header.Size)
	if err != nil {
		return err
	}
	flags := unix.O_WRONLY | unix.O_CREAT | unix.O_EXCL | unix.O_NOFOLLOW | unix.O_CLOEXEC
	fd, err := unix.Openat(dirfd, base, flags, newMode)
	if err != nil {
		return err
	}
	file := os.NewFile(uintptr(fd), base)
	defer func() { err = errors.Join(err, file.Close()) }()
	for _, e := range extents {
		if err := context.Cause(u.ctx); err != nil {
			return err
		}
		if _, err := io.CopyN(io.NewOffsetWriter(file, e.offset), u.in, e.length); err != nil {
			return fmt.Errorf("writing its data: %w", err)
		}
	}
	return file.Truncate(size) // a hole at the end
}

// timesOf leaves the access time as it is: reading would change it anyway.
func timesOf(header *tar.Header) []unix.Timespec {
	modified := unix.Timespec{Sec: header.ModTime.Unix(), Nsec: int64(header.ModTime.Nanosecond())}
	return []unix.Timespec{{Nsec: unix.UTIME_OMIT}, modified}
}

// utimes sets the times of an entry of a folder, or with no name of the folder itself.
func utimes(dir *os.File, base string, times []unix.Timespec) error {
	flags := unix.AT_SYMLINK_NOFOLLOW
	if base == "" {
		flags = unix.AT_EMPTY_PATH
	}
	if err := unix.UtimesNanoAt(int(dir.Fd()), base, times, flags); err != nil {
		return fmt.Errorf("setting its time: %w", err)
	}
	return nil
}

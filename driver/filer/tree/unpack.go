package tree

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

type unpacker struct {
	ctx     context.Context
	folder  *os.Root
	stream  io.Reader
	in      *tar.Reader
	open    *os.File // the folder that the last entry stood in
	openAs  string
	folders []folderTime // folders get their times last: each new entry changes them
	entries int
}

type folderTime struct {
	name  string
	times []unix.Timespec
}

// Unpack writes a stream of Pack into an empty folder, whose own mode, owner and time become those of the packed one.
// No name of the stream leads out of the folder. It does not wait for the disk: that is the caller's, once.
// Errors: a stream that is not whole or not Pack's, the file system's, and ctx's cause.
func Unpack(ctx context.Context, in io.Reader, folder *os.Root) (err error) {
	u := unpacker{ctx: ctx, folder: folder, stream: in, in: tar.NewReader(in)}
	defer func() { err = errors.Join(err, u.leave()) }()
	for {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		header, err := u.in.Next()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("the stream ended after %d entries without its closing record: %w", u.entries, io.ErrUnexpectedEOF)
		}
		if err != nil {
			return fmt.Errorf("reading the stream after %d entries: %w", u.entries, err)
		}
		if header.Name == Closing {
			return u.close(header)
		}
		if err := u.entry(header); err != nil {
			return fmt.Errorf("unpacking %q: %w", header.Name, err)
		}
		u.entries++
	}
}

func (u *unpacker) close(header *tar.Header) error {
	if told := header.PAXRecords[RecordEntries]; told != strconv.Itoa(u.entries) {
		return fmt.Errorf("the stream had %d entries and says it has %q", u.entries, told)
	}
	if _, err := io.Copy(io.Discard, u.stream); err != nil { // tar's padding: a sender must be able to end
		return fmt.Errorf("reading the stream to its end: %w", err)
	}
	for i := len(u.folders) - 1; i >= 0; i-- {
		f := u.folders[i]
		dir, err := u.folder.Open(f.name)
		if err != nil {
			return fmt.Errorf("setting the time of %q: %w", f.name, err)
		}
		err = utimes(dir, "", f.times)
		if err := errors.Join(err, dir.Close()); err != nil {
			return fmt.Errorf("setting the time of %q: %w", f.name, err)
		}
	}
	return nil
}

// enter opens the folder that an entry stands in. os.Root follows no link out of the tree.
func (u *unpacker) enter(parent string) (*os.File, error) {
	if u.open != nil && u.openAs == parent {
		return u.open, nil
	}
	if err := u.leave(); err != nil {
		return nil, err
	}
	dir, err := u.folder.Open(parent)
	if err != nil {
		return nil, err
	}
	u.open, u.openAs = dir, parent
	return dir, nil
}

func (u *unpacker) leave() error {
	if u.open == nil {
		return nil
	}
	err := u.open.Close()
	u.open = nil
	return err
}

func (u *unpacker) entry(header *tar.Header) error {
	mode64, err := strconv.ParseUint(header.PAXRecords[RecordMode], 8, 32)
	if err != nil {
		return fmt.Errorf("its mode is %q, not octal", header.PAXRecords[RecordMode])
	}
	name, mode := trimFolder(header), uint32(mode64)
	times := timesOf(header)
	if name == root {
		return u.top(header, mode, times)
	}
	parent, base := split(name)
	if base == "" || base == "." || base == ".." {
		return errors.New("not a name in a folder")
	}
	dir, err := u.enter(parent)
	if err != nil {
		return err
	}
	if header.Typeflag == tar.TypeLink {
		return u.link(dir, base, header.Linkname)
	}
	if err := u.create(dir, base, header, mode); err != nil {
		return err
	}
	if err := unix.Fchownat(int(dir.Fd()), base, header.Uid, header.Gid, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return fmt.Errorf("setting its owner: %w", err)
	}
	if mode&unix.S_IFMT != unix.S_IFLNK { // the mode after the owner: a change of owner drops setuid and setgid
		if err := unix.Fchmodat(int(dir.Fd()), base, mode&^unix.S_IFMT, 0); err != nil {
			return fmt.Errorf("setting its mode: %w", err)
		}
	}
	if mode&unix.S_IFMT == unix.S_IFDIR {
		u.folders = append(u.folders, folderTime{name, times})
		return nil
	}
	return utimes(dir, base, times)
}

// top gives the folder itself its attributes.
func (u *unpacker) top(header *tar.Header, mode uint32, times []unix.Timespec) error {
	dir, err := u.enter(root)
	if err != nil {
		return err
	}
	u.folders = append(u.folders, folderTime{root, times})
	return errors.Join(dir.Chown(header.Uid, header.Gid), unix.Fchmod(int(dir.Fd()), mode&^unix.S_IFMT))
}

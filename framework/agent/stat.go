package agent

import (
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sys/unix"

	"csicert/framework/payload"
)

func (r Stat) run(_ context.Context, _ io.Reader, stdout io.Writer) error {
	fd, err := unix.Open(r.Dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("stat of %q: %w", r.Dir, err)
	}
	defer unix.Close(fd)
	s, err := status(fd)
	if err != nil {
		return fmt.Errorf("stat of %q: %w", r.Dir, err)
	}
	return answer(stdout, s)
}

func status(fd int) (Status, error) {
	var x unix.Statx_t
	if err := unix.Statx(fd, "", unix.AT_EMPTY_PATH, unix.STATX_BASIC_STATS, &x); err != nil {
		return Status{}, fmt.Errorf("statx: %w", err)
	}
	if x.Attributes_mask&unix.STATX_ATTR_MOUNT_ROOT == 0 {
		return Status{}, errors.New("statx: this kernel does not tell mount points (Linux 5.8 does)")
	}
	var f unix.Statfs_t
	if err := unix.Fstatfs(fd, &f); err != nil {
		return Status{}, fmt.Errorf("statfs: %w", err)
	}
	// Blocks are counted in fragments, which FUSE file systems make smaller than Bsize.
	unit := uint64(f.Frsize)
	return Status{
		TotalBytes: f.Blocks * unit, FreeBytes: f.Bavail * unit,
		TotalInodes: f.Files, FreeInodes: f.Ffree,
		FileSystem: fileSystem(int64(f.Type)), ReadOnly: f.Flags&unix.ST_RDONLY != 0,
		Device: fmt.Sprintf("%d:%d", x.Dev_major, x.Dev_minor),
		Mode:   payload.Mode(x.Mode & 0o7777), UID: x.Uid, GID: x.Gid,
		MountPoint: x.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0,
	}, nil
}

// fileSystem names the magic numbers of statfs(2) that volumes are likely to have.
func fileSystem(magic int64) string {
	switch magic {
	case unix.EXT4_SUPER_MAGIC: // ext2 and ext3 have the same
		return "ext4"
	case unix.XFS_SUPER_MAGIC:
		return "xfs"
	case unix.BTRFS_SUPER_MAGIC:
		return "btrfs"
	case unix.NFS_SUPER_MAGIC:
		return "nfs"
	case unix.FUSE_SUPER_MAGIC:
		return "fuse"
	case unix.TMPFS_MAGIC:
		return "tmpfs"
	case unix.OVERLAYFS_SUPER_MAGIC:
		return "overlay"
	}
	return fmt.Sprintf("%#x", magic)
}

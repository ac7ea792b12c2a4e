package fusenfs_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const other = 1000 // a user and group without rights

var ownerChecks = []check{
	{"chmod with setuid, setgid and sticky bits", func(t *testing.T, dir string) {
		write(t, dir+"/a", "x")
		for _, mode := range []uint32{0o4751, 0o2755, 0o1777, 0o000} {
			must(t, unix.Chmod(dir+"/a", mode))
			if s := stat(t, dir+"/a"); s.Mode&0o7777 != mode {
				t.Fatalf("mode %o, want %o", s.Mode&0o7777, mode)
			}
		}
	}},
	{"chown", func(t *testing.T, dir string) {
		write(t, dir+"/a", "x")
		must(t, os.Chown(dir+"/a", 1234, 5678))
		if s := stat(t, dir+"/a"); s.Uid != 1234 || s.Gid != 5678 {
			t.Fatalf("owner %d:%d", s.Uid, s.Gid)
		}
	}},
	{"chown of a symbolic link", func(t *testing.T, dir string) {
		must(t, os.Symlink("a", dir+"/link"))
		must(t, os.Lchown(dir+"/link", 99, 98))
		if s := stat(t, dir+"/link"); s.Uid != 99 || s.Gid != 98 {
			t.Fatalf("owner %d:%d", s.Uid, s.Gid)
		}
	}},
	{"times to the nanosecond", func(t *testing.T, dir string) {
		write(t, dir+"/a", "x")
		must(t, os.Chtimes(dir+"/a", time.Unix(1000000000, 5001), time.Unix(1111111111, 7003)))
		s := stat(t, dir+"/a")
		if s.Mtim != (unix.Timespec{Sec: 1111111111, Nsec: 7003}) || s.Atim != (unix.Timespec{Sec: 1000000000, Nsec: 5001}) {
			t.Fatalf("mtime %v, atime %v", s.Mtim, s.Atim)
		}
	}},
	{"others are kept out", func(t *testing.T, dir string) {
		write(t, dir+"/a", "x")
		must(t, os.Chmod(dir+"/a", 0o600))
		err := as(t, other, func() error { _, err := os.ReadFile(dir + "/a"); return err })
		wantErrno(t, err, unix.EACCES)
	}},
	{"who makes a file owns it", func(t *testing.T, dir string) {
		must(t, unix.Chmod(dir, 0o1777))
		must(t, as(t, other, func() error { return os.WriteFile(dir+"/a", []byte("x"), 0o400) }))
		if s := stat(t, dir+"/a"); s.Uid != other || s.Gid != other || s.Mode&0o7777 != 0o400 {
			t.Fatalf("owner %d:%d, mode %o", s.Uid, s.Gid, s.Mode)
		}
	}},
	{"a sticky folder guards what others made", func(t *testing.T, dir string) {
		must(t, unix.Chmod(dir, 0o1777))
		write(t, dir+"/a", "x")
		wantErrno(t, as(t, other, func() error { return os.Remove(dir + "/a") }), unix.EPERM)
	}},
	{"a setgid folder hands its group down", func(t *testing.T, dir string) {
		must(t, os.Chown(dir, 0, 4242))
		must(t, unix.Chmod(dir, 0o2777))
		must(t, as(t, other, func() error { return os.WriteFile(dir+"/f", nil, 0o644) }))
		must(t, as(t, other, func() error { return os.Mkdir(dir+"/d", 0o755) }))
		if s := stat(t, dir+"/f"); s.Uid != other || s.Gid != 4242 {
			t.Fatalf("file's owner %d:%d", s.Uid, s.Gid)
		}
		if s := stat(t, dir+"/d"); s.Gid != 4242 || s.Mode&unix.S_ISGID == 0 {
			t.Fatalf("folder's group %d, mode %o", s.Gid, s.Mode)
		}
	}},
	{"a write by others drops setuid", func(t *testing.T, dir string) {
		write(t, dir+"/a", "x")
		must(t, unix.Chmod(dir+"/a", 0o4777))
		must(t, as(t, other, func() error { return os.WriteFile(dir+"/a", []byte("y"), 0) }))
		if s := stat(t, dir+"/a"); s.Mode&unix.S_ISUID != 0 {
			t.Fatalf("mode %o", s.Mode)
		}
	}},
}

var specialChecks = []check{
	{"a fifo", func(t *testing.T, dir string) {
		must(t, unix.Mkfifo(dir+"/fifo", 0o600))
		if s := stat(t, dir+"/fifo"); s.Mode != unix.S_IFIFO|0o600 {
			t.Fatalf("mode %o", s.Mode)
		}
	}},
	{"a socket", func(t *testing.T, dir string) {
		fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
		must(t, err)
		defer unix.Close(fd)
		folder, err := os.Open(dir)
		must(t, err)
		defer folder.Close()
		// A socket's path must be short.
		must(t, unix.Bind(fd, &unix.SockaddrUnix{Name: fmt.Sprintf("/proc/self/fd/%d/socket", folder.Fd())}))
		if s := stat(t, dir+"/socket"); s.Mode&unix.S_IFMT != unix.S_IFSOCK {
			t.Fatalf("mode %o", s.Mode)
		}
	}},
	{"devices", func(t *testing.T, dir string) {
		must(t, unix.Mknod(dir+"/zero", unix.S_IFCHR|0o600, int(unix.Mkdev(1, 5))))
		must(t, unix.Mknod(dir+"/block", unix.S_IFBLK|0o600, int(unix.Mkdev(259, 300))))
		if s := stat(t, dir+"/zero"); s.Mode != unix.S_IFCHR|0o600 || s.Rdev != unix.Mkdev(1, 5) {
			t.Fatalf("mode %o, device %x", s.Mode, s.Rdev)
		}
		if s := stat(t, dir+"/block"); s.Mode != unix.S_IFBLK|0o600 || s.Rdev != unix.Mkdev(259, 300) {
			t.Fatalf("mode %o, device %x", s.Mode, s.Rdev)
		}
		zero, err := os.Open(dir + "/zero")
		must(t, err)
		defer zero.Close()
		stillReads(t, zero, string(make([]byte, 100)))
	}},
	{"no extended attributes, said in a way that cp -a takes", func(t *testing.T, dir string) {
		write(t, dir+"/a", "x")
		wantErrno(t, unix.Setxattr(dir+"/a", "user.k", []byte("v"), 0), unix.ENOTSUP)
		_, err := unix.Getxattr(dir+"/a", "user.k", make([]byte, 10))
		wantErrno(t, err, unix.ENOTSUP)
	}},
	{"no fallocate", func(t *testing.T, dir string) {
		f := created(t, dir+"/a", "")
		defer f.Close()
		wantErrno(t, unix.Fallocate(int(f.Fd()), 0, 0, 1<<20), unix.ENOTSUP)
	}},
}

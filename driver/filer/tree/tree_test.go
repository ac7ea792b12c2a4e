package tree

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"golang.org/x/sys/unix"
)

// plant makes a folder with everything that a copy must keep.
func plant(t *testing.T) string {
	t.Helper()
	g := NewWithT(t)
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string, size int) {
		g.Expect(os.WriteFile(at(name), bytes.Repeat([]byte{7}, size), 0o644)).To(Succeed())
	}
	for _, size := range []int{0, 1, 4095, 4096, 4097, 1 << 20} {
		write(fmt.Sprintf("file-%d", size), size)
	}
	deep := strings.Repeat("deep/", 30)
	g.Expect(os.MkdirAll(at(deep), 0o755)).To(Succeed())
	write(deep+"bottom", 10)
	write(".hidden", 3)
	write("new\nline \xff\xfe "+strings.Repeat("n", 200), 3)
	g.Expect(os.Mkdir(at("closed"), 0o700)).To(Succeed())
	write("closed/inside", 5)
	g.Expect(os.Symlink("file-1", at("relative"))).To(Succeed())
	g.Expect(os.Symlink("/nowhere/at all", at("dangling"))).To(Succeed())
	g.Expect(os.Symlink("closed", at("to-folder"))).To(Succeed())
	g.Expect(os.Link(at("file-4097"), at("twin"))).To(Succeed())
	g.Expect(os.Link(at("file-4097"), at("closed/triplet"))).To(Succeed())
	g.Expect(unix.Mkfifo(at("fifo"), 0o640)).To(Succeed())
	g.Expect(unix.Mknod(at("socket"), unix.S_IFSOCK|0o600, 0)).To(Succeed())
	g.Expect(unix.Mknod(at("null"), unix.S_IFCHR|0o666, int(unix.Mkdev(1, 3)))).To(Succeed())
	sparse, err := os.Create(at("sparse"))
	g.Expect(err).NotTo(HaveOccurred())
	_, err = sparse.WriteAt([]byte("in the middle"), 1<<20)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(sparse.Truncate(4 << 20)).To(Succeed())
	g.Expect(sparse.Close()).To(Succeed())
	write("setuid", 8)
	g.Expect(os.Chown(at("setuid"), 1234, 4321)).To(Succeed())
	g.Expect(unix.Chmod(at("setuid"), 0o6755)).To(Succeed())
	g.Expect(os.Lchown(at("dangling"), 55, 66)).To(Succeed())
	g.Expect(unix.Chmod(at("closed"), 0o1700)).To(Succeed())
	for i, name := range []string{"dangling", "closed", "fifo", "file-1", "deep", "."} {
		times := []unix.Timespec{{Sec: 5}, {Sec: int64(1e9 + i), Nsec: int64(123456789 + i)}}
		g.Expect(unix.UtimesNanoAt(unix.AT_FDCWD, at(name), times, unix.AT_SYMLINK_NOFOLLOW)).To(Succeed())
	}
	return dir
}

// describe says everything of a tree that a copy must keep, one line an entry.
func describe(t *testing.T, dir string) string {
	t.Helper()
	g := NewWithT(t)
	var text strings.Builder
	first := map[uint64]string{}
	g.Expect(filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		var s unix.Stat_t
		if err := unix.Lstat(path, &s); err != nil {
			return err
		}
		fmt.Fprintf(&text, "%q mode %o owner %d:%d time %d.%09d links %d device %d", name, s.Mode, s.Uid, s.Gid,
			s.Mtim.Sec, s.Mtim.Nsec, s.Nlink, s.Rdev)
		switch s.Mode & unix.S_IFMT {
		case unix.S_IFREG:
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(&text, " size %d blocks %d sum %x", s.Size, s.Blocks, sha256.Sum256(content))
		case unix.S_IFLNK:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(&text, " to %q", target)
		}
		if one, again := first[s.Ino]; again {
			fmt.Fprintf(&text, " same as %q", one)
		} else {
			first[s.Ino] = name
		}
		text.WriteString("\n")
		return nil
	})).To(Succeed())
	return text.String()
}

func TestACopyKeepsEverything(t *testing.T) {
	g := NewWithT(t)
	from, to := plant(t), t.TempDir()
	g.Expect(Copy(t.Context(), from, to)).To(Succeed())
	g.Expect(describe(t, to)).To(Equal(describe(t, from)))
}

func stream(t *testing.T, dir string) []byte {
	t.Helper()
	g := NewWithT(t)
	folder, err := os.OpenRoot(dir)
	g.Expect(err).NotTo(HaveOccurred())
	var out bytes.Buffer
	g.Expect(Pack(t.Context(), folder, &out)).To(Succeed())
	g.Expect(folder.Close()).To(Succeed())
	return out.Bytes()
}

func unpack(t *testing.T, in io.Reader) (string, error) {
	t.Helper()
	dir := t.TempDir()
	folder, err := os.OpenRoot(dir)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	defer folder.Close() // only a handle
	return dir, Unpack(t.Context(), in, folder)
}

func TestAStreamCutShortIsRefusedWhereverItIsCut(t *testing.T) {
	g := NewWithT(t)
	whole := stream(t, plant(t))
	_, err := unpack(t, bytes.NewReader(whole))
	g.Expect(err).NotTo(HaveOccurred())
	end := bytes.LastIndex(whole, []byte(Closing)) // what follows the closing record is padding
	for cut := 0; cut < end; cut += max(1, end/150) {
		_, err := unpack(t, bytes.NewReader(whole[:cut]))
		g.Expect(err).To(HaveOccurred(), "cut after %d of %d bytes", cut, len(whole))
	}
}

func TestAFolderThatMissesAnEntryIsRefused(t *testing.T) {
	g := NewWithT(t)
	whole := stream(t, plant(t))
	wrong := bytes.Replace(whole, []byte(RecordEntries+"="), []byte(RecordEntries+"=9"), 1)
	_, err := unpack(t, bytes.NewReader(wrong[:len(whole)]))
	g.Expect(err).To(HaveOccurred())
}

func TestNoNameLeadsOutOfTheFolder(t *testing.T) {
	for _, name := range []string{"../out", "a/../../out", "/out", "link/out", "..", "a/..", ""} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			outside := t.TempDir()
			_, err := unpack(t, bytes.NewReader(hostile(t, outside, name)))
			g.Expect(err).To(HaveOccurred())
			left, err := os.ReadDir(outside)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(left).To(BeEmpty())
		})
	}
}

func TestACancelledCopyEnds(t *testing.T) {
	g := NewWithT(t)
	why := errors.New("the caller went away")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	g.Expect(Copy(ctx, plant(t), t.TempDir())).To(MatchError(why))
}

func TestExtentsThatDoNotFitAreRefused(t *testing.T) {
	g := NewWithT(t)
	for _, text := range []string{"x", "0+", "-1+2", "0+0", "0+11", "5+5,0+5", "9223372036854775807+1", "0+9223372036854775807", "0+1,0+1"} {
		_, err := parseExtents(text, 10, 2)
		g.Expect(err).To(HaveOccurred(), text)
	}
	all, err := parseExtents("0+4,6+2", 10, 6)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(all).To(Equal([]extent{{0, 4}, {6, 2}}))
	g.Expect(formatExtents(all)).To(Equal("0+4,6+2"))
}

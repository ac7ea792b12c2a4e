package payload

import (
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// chain is the directory where work goes on, open, with every directory above it up to the root of a volume. Over a
// network each name of a path is a question to the server: neighbours are reached without asking for the way again.
// No symlink is followed.
type chain struct{ links []link }

type link struct {
	path string // below the root; the root's own is "."
	file *os.File
}

// openChain is at the root.
func openChain(root string) (*chain, error) {
	f, err := os.Open(root)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.IsDir() {
		return nil, errors.Join(err, f.Close(), fmt.Errorf("%q: %w", root, unix.ENOTDIR))
	}
	return &chain{links: []link{{".", f}}}, nil
}

// in goes to the directory of that path, which stays open until the chain leaves it.
func (c *chain) in(dir string) (*os.File, error) {
	for !above(c.last().path, dir) {
		c.leave()
	}
	for c.last().path != dir {
		rest := dir
		if at := c.last().path; at != "." {
			rest = strings.TrimPrefix(dir, at+"/")
		}
		name, _, _ := strings.Cut(rest, "/")
		f, err := openIn(c.last().file, name, unix.O_RDONLY|unix.O_DIRECTORY, 0)
		if err != nil {
			return nil, err
		}
		c.links = append(c.links, link{path.Join(c.last().path, name), f})
	}
	return c.last().file, nil
}

func (c *chain) last() link { return c.links[len(c.links)-1] }

// parent is the directory above; the root has none.
func (c *chain) parent() *os.File { return c.links[len(c.links)-2].file }

// leave closes the directory and goes back to the one above.
func (c *chain) leave() {
	c.last().file.Close()
	c.links = c.links[:len(c.links)-1]
}

func (c *chain) close() {
	for range slices.Clone(c.links) {
		c.leave()
	}
}

// above tells whether a directory is, or is above, another.
func above(dir, other string) bool {
	return dir == "." || dir == other || strings.HasPrefix(other, dir+"/")
}

// openIn opens a name of a directory, which may not be a symlink.
func openIn(dir *os.File, name string, flags int, mode uint32) (*os.File, error) {
	var fd int
	err := again(func() (err error) {
		fd, err = unix.Openat(int(dir.Fd()), name, flags|unix.O_NOFOLLOW|unix.O_CLOEXEC, mode)
		return err
	})
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: name, Err: err}
	}
	return os.NewFile(uintptr(fd), name), nil
}

// again repeats a call as long as signals interrupt it, as package os does.
func again(call func() error) error {
	for {
		if err := call(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

package agent

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"syscall"
)

// Usage answers with the [Room] that the regular files below Dir take, each inode once.
type Usage struct{ Dir string }

// Room is what files take.
type Room struct {
	Apparent  int64 `json:"apparent"`  // bytes, holes counted
	Allocated int64 `json:"allocated"` // bytes on the storage, as stat(2) tells it
}

// Saved is by how much less the storage holds than the files say: what holes, or compression, save.
func (r Room) Saved() int64 { return r.Apparent - r.Allocated }

// Args implements [Request].
func (r Usage) Args() []string { return []string{"usage", "--", r.Dir} }

func (r Usage) run(ctx context.Context, _ io.Reader, stdout io.Writer) error {
	var room Room
	seen := map[[2]uint64]bool{}
	err := filepath.WalkDir(r.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		st, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			return fmt.Errorf("no stat(2) of %q, but %T", path, info.Sys())
		}
		if id := [2]uint64{st.Dev, st.Ino}; !seen[id] {
			seen[id] = true
			room.Apparent += st.Size
			room.Allocated += st.Blocks * 512 // the unit of st_blocks, whatever the file system's block
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("measuring %q: %w", r.Dir, err)
	}
	return answer(stdout, room)
}

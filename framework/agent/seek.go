package agent

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"csicert/framework/payload"
)

// SeekDepth is how many folders deep [Seek] looks: where volumes stand, not into them.
const SeekDepth = 4

func (r Seek) run(ctx context.Context, _ io.Reader, stdout io.Writer) error {
	root, err := os.OpenRoot(r.Under)
	if err != nil {
		return fmt.Errorf("seeking: %w", err)
	}
	defer root.Close() // only read
	found := Names{Names: []payload.Path{}}
	err = fs.WalkDir(root.FS(), ".", func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case slices.Contains(r.Names, e.Name()):
			found.Names = append(found.Names, payload.Path(path))
			if e.IsDir() {
				return fs.SkipDir
			}
		case e.IsDir() && strings.Count(path, "/") >= SeekDepth-1:
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("seeking below %q: %w", r.Under, err)
	}
	return answer(stdout, found)
}

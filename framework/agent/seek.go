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

// below walks over what stands below a folder, at most SeekDepth folders deep.
func below(ctx context.Context, under string, see func(path string, e fs.DirEntry) error) error {
	root, err := os.OpenRoot(under)
	if err != nil {
		return err
	}
	defer root.Close() // only read
	return fs.WalkDir(root.FS(), ".", func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return context.Cause(ctx)
		}
		if err := see(path, e); err != nil {
			return err
		}
		if e.IsDir() && strings.Count(path, "/") >= SeekDepth-1 {
			return fs.SkipDir
		}
		return nil
	})
}

func (r Seek) run(ctx context.Context, _ io.Reader, stdout io.Writer) error {
	found := Names{Names: []payload.Path{}}
	err := below(ctx, r.Under, func(path string, e fs.DirEntry) error {
		if !slices.Contains(r.Names, e.Name()) {
			return nil
		}
		found.Names = append(found.Names, payload.Path(path))
		if e.IsDir() {
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("seeking below %q: %w", r.Under, err)
	}
	return answer(stdout, found)
}

func (r Survey) run(ctx context.Context, _ io.Reader, stdout io.Writer) error {
	found := Names{Names: []payload.Path{}}
	err := below(ctx, r.Under, func(path string, _ fs.DirEntry) error {
		if path != "." {
			found.Names = append(found.Names, payload.Path(path))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("surveying %q: %w", r.Under, err)
	}
	return answer(stdout, found)
}

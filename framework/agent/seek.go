package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/moby/sys/mountinfo"

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
		case path != "." && errors.Is(err, fs.ErrNotExist): // it went since its folder was read
			return nil
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
	found := Remains{Below: [][]payload.Path{}, Mounts: []payload.Path{}}
	for _, under := range r.Under {
		here := []payload.Path{}
		err := below(ctx, under, func(path string, e fs.DirEntry) error {
			if !slices.Contains(r.Names, e.Name()) {
				return nil
			}
			here = append(here, payload.Path(path))
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("seeking below %q: %w", under, err)
		}
		found.Below = append(found.Below, here)
	}
	if r.Mounts != "" {
		mounts, err := r.mounted()
		if err != nil {
			return fmt.Errorf("seeking mounts in %s: %w", r.Mounts, err)
		}
		found.Mounts = mounts
	}
	return answer(stdout, found)
}

// mounted are the mount points of what is mounted under one of the names.
func (r Seek) mounted() ([]payload.Path, error) {
	table, err := os.Open(r.Mounts)
	if err != nil {
		return nil, err
	}
	defer table.Close() // only read
	all, err := mountinfo.GetMountsFromReader(table, func(m *mountinfo.Info) (skip, stop bool) {
		return !slices.ContainsFunc([]string{m.Mountpoint, m.Source, m.Root}, r.names), false
	})
	if err != nil {
		return nil, err
	}
	mounts := []payload.Path{}
	for _, m := range all {
		mounts = append(mounts, payload.Path(m.Mountpoint))
	}
	return mounts, nil
}

func (r Seek) names(path string) bool {
	return slices.ContainsFunc(strings.Split(path, "/"), func(element string) bool { return slices.Contains(r.Names, element) })
}

func (r Survey) run(ctx context.Context, _ io.Reader, stdout io.Writer) error {
	found := Remains{Below: [][]payload.Path{}, Mounts: []payload.Path{}}
	for _, under := range r.Under {
		here := []payload.Path{}
		err := below(ctx, under, func(path string, _ fs.DirEntry) error {
			if path != "." {
				here = append(here, payload.Path(path))
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("surveying %q: %w", under, err)
		}
		found.Below = append(found.Below, here)
	}
	return answer(stdout, found)
}

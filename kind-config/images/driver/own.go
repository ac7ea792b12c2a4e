package driver

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"csicert/kind-config/images"
)

func (b *builder) programs() string { return filepath.Join(b.CacheDir, "driver", "bin") }

// compile builds the project's own programs; the go command keeps what did not change. No commit goes into them: what
// does not change a program must not change its image.
func (b *builder) compile(ctx context.Context, names []string) error {
	if err := os.MkdirAll(b.programs(), 0o700); err != nil {
		return fmt.Errorf("making the folder of the driver's programs: %w", err)
	}
	if len(names) == 0 {
		return nil
	}
	argv := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", b.programs() + string(filepath.Separator)}
	for _, name := range names {
		argv = append(argv, "./driver/cmd/"+name)
	}
	command := exec.CommandContext(ctx, "go", argv...)
	command.Dir, command.Env = b.Source, append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off", "GOOS=linux")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("building the driver's programs: %w: %s", err, strings.TrimSpace(string(output)))
	}
	return nil
}

// contentOf is a hash of all that an image holds.
func contentOf(spec images.Spec) (string, error) {
	sum := sha256.New()
	files := slices.Clone(spec.Files)
	slices.SortFunc(files, func(a, b images.File) int { return strings.Compare(a.Path, b.Path) })
	for _, f := range files {
		fmt.Fprintf(sum, "%q %o %q %q\n", f.Path, f.Mode, f.Link, f.Content)
		if f.Source == "" {
			continue
		}
		if err := hashFile(sum, f.Source); err != nil {
			return "", err
		}
	}
	fmt.Fprintf(sum, "%q %q %q\n", spec.Entrypoint, spec.Env, spec.User)
	return hex.EncodeToString(sum.Sum(nil))[:tagLength], nil
}

func hashFile(to io.Writer, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("hashing an image's file: %w", err)
	}
	defer file.Close() // only read
	if _, err := io.Copy(to, file); err != nil {
		return fmt.Errorf("hashing %s: %w", name, err)
	}
	return nil
}

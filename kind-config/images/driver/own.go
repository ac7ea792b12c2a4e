package driver

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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

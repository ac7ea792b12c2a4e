package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// wrapperName is the runtime's program, wrapperRuntime its name in Docker.
const (
	wrapperName    = "runc-restricted"
	wrapperRuntime = "csicert-restricted"
)

// buildWrapper compiles the runtime wrapper from the checkout at source, once per content of its files.
func buildWrapper(ctx context.Context, s state, source string) (string, error) {
	if source == "" {
		mod, err := output(ctx, "go", "env", "GOMOD")
		if err != nil {
			return "", fmt.Errorf("finding csicert's source: %w", err)
		}
		source = filepath.Dir(strings.TrimSpace(mod))
	}
	engine := filepath.Join(source, "kind-config", "engine")
	sum, err := contentHash(filepath.Join(engine, "capability"), filepath.Join(engine, "cmd", wrapperName))
	if err != nil {
		return "", fmt.Errorf("csicert's source at %s: %w", source, err)
	}
	built := filepath.Join(s.path(binDir), sum, wrapperName)
	if _, err := os.Stat(built); err == nil {
		return built, nil
	}
	if err := os.MkdirAll(filepath.Dir(built), 0o700); err != nil {
		return "", fmt.Errorf("building the runtime wrapper: %w", err)
	}
	next := built + ".next"
	// Flags from the environment could make the wrapper depend on libraries a container runtime may not find.
	_, err = output(ctx, "env", "CGO_ENABLED=0", "GOFLAGS=", "go", "build", "-C", source, "-trimpath", "-buildvcs=false",
		"-o", next, "./kind-config/engine/cmd/"+wrapperName)
	if err != nil {
		return "", fmt.Errorf("building the runtime wrapper: %w", err)
	}
	if err := os.Rename(next, built); err != nil {
		return "", fmt.Errorf("building the runtime wrapper: %w", err)
	}
	return built, nil
}

// contentHash names what a build of those directories depends on: their Go files and the Go release.
func contentHash(dirs ...string) (string, error) {
	hash := sha256.New()
	fmt.Fprintln(hash, runtime.Version())
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			return "", fmt.Errorf("listing %s: %w", dir, err)
		}
		if len(files) == 0 {
			return "", fmt.Errorf("no Go files in %s", dir)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				return "", fmt.Errorf("reading the wrapper's source: %w", err)
			}
			fmt.Fprintln(hash, filepath.Base(file), len(data))
			hash.Write(data)
		}
	}
	return hex.EncodeToString(hash.Sum(nil))[:16], nil
}

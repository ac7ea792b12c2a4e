package nodeimage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// goEnvironment keeps the caller's own settings from changing what is built.
func goEnvironment() []string {
	return []string{"CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off", "GOOS=linux"}
}

// buildFlags strip the binaries and leave out every path of this machine.
func buildFlags(tags string, stamps []string) []string {
	link := "-s -w"
	for _, stamp := range stamps {
		link += " -X " + stamp
	}
	flags := []string{"-trimpath", "-buildvcs=false", "-ldflags=" + link}
	if tags != "" {
		flags = append(flags, "-tags="+tags)
	}
	return flags
}

// compile builds all programs of one component into dir with a single call, so that they share the compiled packages.
func (b *builder) compile(ctx context.Context, m module, dir string) error {
	argv := append([]string{"go", "build"}, buildFlags(m.tags, m.stamps())...)
	argv = append(argv, "-o", dir+string(filepath.Separator))
	_, err := b.run(ctx, command{dir: componentDir(b.Source, m.name), env: goEnvironment(), argv: append(argv, m.packages...)})
	if err != nil {
		return fmt.Errorf("building %s %s: %w", m.module, m.version, err)
	}
	for from, to := range m.rename {
		if err := os.Rename(filepath.Join(dir, from), filepath.Join(dir, to)); err != nil {
			return fmt.Errorf("naming a program of %s: %w", m.name, err)
		}
	}
	return nil
}

// compilePause builds the one program that comes from this repository.
func (b *builder) compilePause(ctx context.Context, dir string) error {
	argv := append([]string{"go", "build"}, buildFlags("", nil)...)
	argv = append(argv, "-o", filepath.Join(dir, "pause"), "./kind-config/nodeimage/pause")
	if _, err := b.run(ctx, command{dir: b.Source, env: goEnvironment(), argv: argv}); err != nil {
		return fmt.Errorf("building the pause program: %w", err)
	}
	return nil
}

// binaries lists what a component's folder holds, with digests.
func binaries(m module, dir string) ([]Component, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("listing the programs of %s: %w", m.name, err)
	}
	var all []Component
	for _, entry := range entries {
		digest, err := fileDigest(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		all = append(all, Component{Name: entry.Name(), Version: m.version,
			Source: strings.TrimSpace("go module " + m.module + " " + m.sum), Digest: digest})
	}
	return all, nil
}

func fileDigest(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("computing a digest: %w", err)
	}
	defer file.Close() // only read
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", fmt.Errorf("computing the digest of %s: %w", name, err)
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}

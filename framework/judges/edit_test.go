package judges

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// edit is one way to break a judge.
type edit struct {
	file   string // from the module's root
	was    string // the source text, exactly; it stands once in the file
	broken string // what stands in its place
	wrong  string // one sentence: what the judge then does
	test   string // the test that fails with it, or a subtest: TestName/sub_test
	in     string // the test's package, as a folder from the module's root; the file's own unless it is named
	often  bool   // one of the few that every `make test` makes
}

// edits are all there are, by the judge that they break.
func edits() map[string][]edit {
	return map[string][]edit{
		"matchers":  append(matchersOfClaims(), matchersOfTheRest()...),
		"payload":   payloads(),
		"fence":     fences(),
		"looking":   looking(),
		"inventory": inventories(),
		"verdict":   slices.Concat(verdicts(), conclusions(), baselines()),
		"JUnit":     junits(),
		"mutants":   mutantJudges(),
	}
}

// root is the module's.
func root() (string, error) { return filepath.Abs(filepath.Join("..", "..")) }

func (e edit) pkg() string {
	if e.in != "" {
		return "./" + e.in
	}
	return "./" + filepath.Dir(e.file)
}

// apply returns the file with the edit.
func (e edit) apply(root string) (string, error) {
	source, err := os.ReadFile(filepath.Join(root, e.file))
	if err != nil {
		return "", fmt.Errorf("reading what is to be edited: %w", err)
	}
	if n := strings.Count(string(source), e.was); n != 1 {
		return "", fmt.Errorf("%s: found the text %d times, accepted is once: %q", e.file, n, e.was)
	}
	return strings.Replace(string(source), e.was, e.broken, 1), nil
}

// build makes the test program of the edited package: the edit is in an overlay, the tree is not touched. An edit that
// does not compile would be called a kill by any test; here it is an error.
func (e edit) build(ctx context.Context, root, dir string) (program string, err error) {
	text, err := e.apply(root)
	if err != nil {
		return "", err
	}
	file, overlay := filepath.Join(dir, "edited.go"), filepath.Join(dir, "overlay.json")
	program = filepath.Join(dir, "edited.test")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(root, e.file): file}})
	if err != nil {
		return "", fmt.Errorf("writing the overlay: %w", err)
	}
	if err := errors.Join(os.WriteFile(file, []byte(text), 0o600), os.WriteFile(overlay, replace, 0o600)); err != nil {
		return "", fmt.Errorf("writing the overlay: %w", err)
	}
	return program, compile(ctx, root, program, e.pkg(), "-overlay", overlay)
}

// compile makes a package's test program. Most of the cost is the linker's: it leaves out what only debuggers read.
func compile(ctx context.Context, root, program, pkg string, flags ...string) error {
	args := append([]string{"test", "-c", "-vet=off", "-ldflags=-s -w", "-o", program}, flags...)
	return run(ctx, root, "go", append(args, pkg)...)
}

// passes runs the edit's test in a program and tells whether it passed. A program that did not come as far as to judge,
// or not in time, is an error: on a busy machine the clock would kill every edit.
func (e edit) passes(ctx context.Context, root, program string) (bool, error) {
	pattern := "^" + strings.ReplaceAll(e.test, "/", "$/^") + "$"
	err := run(ctx, filepath.Join(root, e.pkg()), program, "-test.run="+pattern, "-test.v", "-test.timeout=5m")
	switch {
	case err == nil:
		return true, nil
	case strings.Contains(err.Error(), "panic: test timed out"):
		return false, err
	case strings.Contains(err.Error(), "--- FAIL: "+e.test), strings.Contains(err.Error(), "panic: "):
		return false, nil // a judge that panics is no judge either
	}
	return false, err
}

// run returns an error with what the command said.
func run(ctx context.Context, dir, name string, args ...string) error {
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = dir
	out, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	if name != "go" && !strings.Contains(string(out), "=== RUN") {
		return fmt.Errorf("%s %s: found no such test:\n%s", filepath.Base(name), strings.Join(args, " "), out)
	}
	return nil
}

// Package build exists because a run judges what is in the checkout: it makes, from the sources and nothing else, the
// programs that a run starts and the image that its pods run.
package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	suitePackage  = "./suites"
	ginkgoPackage = "github.com/onsi/ginkgo/v2/ginkgo" // at the version in go.mod, so that it fits the suites
	// SanityPackage is csi-sanity's command, at the version in go.mod.
	SanityPackage = "github.com/kubernetes-csi/csi-test/v5/cmd/csi-sanity"
	agentPackage  = "./framework/agent/cmd/agent"

	// killDelay is how long a cancelled go command may take to close its pipes.
	killDelay = 10 * time.Second
	// tailLines of what a failed build printed go into the error.
	tailLines = 15
)

// Options say what to build and where to keep it.
type Options struct {
	Source string // root of the checkout
	Dir    string // programs and archives; made with mode 0700
	Log    *slog.Logger
}

// Programs are what the suites phase starts.
type Programs struct {
	Ginkgo string // Ginkgo's command
	Suite  string // the suites' test binary
	Sanity string // csi-sanity
}

func programsIn(dir string) Programs {
	return Programs{Ginkgo: filepath.Join(dir, "ginkgo"), Suite: filepath.Join(dir, "suites.test"), Sanity: filepath.Join(dir, "csi-sanity")}
}

// ForSuites builds Ginkgo's command, csi-sanity and the suites. With unchanged sources it costs the go
// command's look at them. A binary that carries them unpacks them instead.
func ForSuites(ctx context.Context, o Options) (Programs, error) {
	if Carried() {
		folder, err := unpack(carriedArchive(), o.Dir)
		if err != nil {
			return Programs{}, err
		}
		return programsIn(folder), nil
	}
	p := programsIn(o.Dir)
	if err := o.goCommand(ctx, nil, "build", "-trimpath", "-o", p.Ginkgo, ginkgoPackage); err != nil {
		return Programs{}, fmt.Errorf("building Ginkgo's command: %w", err)
	}
	if err := o.goCommand(ctx, nil, "build", "-trimpath", "-o", p.Sanity, SanityPackage); err != nil {
		return Programs{}, fmt.Errorf("building csi-sanity: %w", err)
	}
	if err := o.goCommand(ctx, nil, "test", "-c", "-trimpath", "-o", p.Suite, suitePackage); err != nil {
		return Programs{}, fmt.Errorf("building the suites: %w", err)
	}
	if _, err := os.Stat(p.Suite); err != nil { // go test -c writes nothing, and says nothing, where there are no tests
		return Programs{}, fmt.Errorf("building the suites: %s has no tests", suitePackage)
	}
	return p, nil
}

func (o Options) goCommand(ctx context.Context, env []string, args ...string) error {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return fmt.Errorf("making the programs' folder: %w", err)
	}
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = o.Source
	command.Env = append(os.Environ(), env...)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // its compilers end with it, and it removes its temporary folder
	command.Cancel = func() error {
		if err := syscall.Kill(-command.Process.Pid, syscall.SIGINT); !errors.Is(err, syscall.ESRCH) {
			return err
		}
		return os.ErrProcessDone
	}
	command.WaitDelay = killDelay
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	began := time.Now()
	err := command.Run()
	o.Log.Debug("go "+strings.Join(args, " "), "seconds", time.Since(began).Seconds(), "error", err)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		lines := strings.Split(strings.TrimSpace(output.String()), "\n")
		return fmt.Errorf("go %s: %w: %s", args[0], err, strings.Join(lines[max(0, len(lines)-tailLines):], "\n"))
	}
	return nil
}

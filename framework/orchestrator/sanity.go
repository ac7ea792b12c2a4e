package orchestrator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/onsi/ginkgo/v2/types"
	"sigs.k8s.io/yaml"
)

const (
	// sanityFocus are csi-sanity's tests of the services that answer at a controller's socket.
	sanityFocus = `\[Controller Server\]|Identity Service`
	// sanitySkip are those among them that need a node's services, too.
	sanitySkip = `ControllerPublishVolume|ControllerUnpublishVolume|volume lifecycle|accessibility requirements`
	// sanityLimit bounds csi-sanity, which waits for single answers without an end.
	sanityLimit = 8 * time.Minute
	// sanityDelay is what it gets to delete what it made when it is interrupted.
	sanityDelay = 30 * time.Second
)

// Sanity is what csi-sanity found.
type Sanity struct {
	Ran    int      // tests
	Failed []string // titles, each with the first lines of why
}

// RunSanity runs csi-sanity against the driver: the tests of the Identity and Controller services. Errors: the program is
// not there, it did not come to an end, it ran no test.
func (c *CO) RunSanity(ctx context.Context) (Sanity, error) {
	if c.SanityProgram == "" {
		return Sanity{}, errors.New("running csi-sanity: the run has no program for it")
	}
	folder, err := os.MkdirTemp("", "sanity")
	if err != nil {
		return Sanity{}, fmt.Errorf("running csi-sanity: %w", err)
	}
	result, err := c.runSanity(ctx, folder)
	if err = errors.Join(err, os.RemoveAll(folder)); err != nil {
		return result, fmt.Errorf("running csi-sanity: %w", err)
	}
	return result, nil
}

func (c *CO) runSanity(ctx context.Context, folder string) (Sanity, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, sanityLimit, fmt.Errorf("not done within %s", sanityLimit))
	defer cancel()
	socket := filepath.Join(folder, "csi.sock")
	stop, err := c.front(ctx, socket)
	if err != nil {
		return Sanity{}, err
	}
	defer stop()
	report := filepath.Join(folder, "report.json")
	args, err := c.sanityArgs(folder, socket, report)
	if err != nil {
		return Sanity{}, err
	}
	command := exec.CommandContext(ctx, c.SanityProgram, args...)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGINT) }
	command.WaitDelay = sanityDelay
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err = command.Run() // that tests failed is in the report
	if ctx.Err() != nil {
		return Sanity{}, context.Cause(ctx)
	}
	raw, missing := os.ReadFile(report)
	if missing != nil {
		lines := strings.TrimSpace(output.String())
		return Sanity{}, fmt.Errorf("it left no report (%w): %s", errors.Join(err, missing), lines[max(0, len(lines)-1000):])
	}
	return readSanity(raw)
}

// sanityArgs writes the files that csi-sanity reads, and returns its flags.
func (c *CO) sanityArgs(folder, socket, report string) ([]string, error) {
	secrets := map[string]map[string]string{}
	for _, call := range []string{"CreateVolumeSecret", "DeleteVolumeSecret", "ControllerValidateVolumeCapabilitiesSecret", "ControllerExpandVolumeSecret"} {
		secrets[call] = c.Options.Volume.Secrets
	}
	for _, call := range []string{"CreateSnapshotSecret", "DeleteSnapshotSecret", "ListSnapshotsSecret", "GetSnapshotSecret"} {
		secrets[call] = c.Options.Snapshot.Secrets
	}
	args := []string{"-csi.endpoint=unix://" + socket,
		"-csi.mountdir=" + filepath.Join(folder, "target"), "-csi.stagingdir=" + filepath.Join(folder, "staging"),
		fmt.Sprintf("-csi.testvolumesize=%d", c.Size), fmt.Sprintf("-csi.testvolumeexpandsize=%d", 2*c.Size),
		"-ginkgo.focus=" + sanityFocus, "-ginkgo.skip=" + sanitySkip, "-ginkgo.json-report=" + report, "-ginkgo.no-color"}
	for flag, content := range map[string]any{"-csi.testvolumeparameters": c.Options.Volume.Parameters, "-csi.testsnapshotparameters": c.Options.Snapshot.Parameters, "-csi.secrets": secrets} {
		text, err := yaml.Marshal(content)
		if err != nil {
			return nil, fmt.Errorf("writing %s: %w", flag, err)
		}
		file := filepath.Join(folder, strings.TrimPrefix(flag, "-csi.")+".yaml")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return nil, fmt.Errorf("writing %s: %w", flag, err)
		}
		args = append(args, flag+"="+file)
	}
	return args, nil
}

const whyLines = 6 // of a failure

func readSanity(raw []byte) (Sanity, error) {
	var reports []types.Report
	if err := json.Unmarshal(raw, &reports); err != nil {
		return Sanity{}, fmt.Errorf("decoding its report: %w", err)
	}
	var found Sanity
	for _, r := range reports {
		for _, spec := range r.SpecReports {
			if spec.State.Is(types.SpecStatePassed | types.SpecStateFailureStates) {
				found.Ran++
			}
			if spec.Failed() {
				lines := strings.Split(strings.TrimSpace(spec.FailureMessage()), "\n")
				found.Failed = append(found.Failed, spec.FullText()+": "+strings.Join(lines[:min(len(lines), whyLines)], " "))
			}
		}
	}
	if found.Ran == 0 {
		return found, errors.New("it ran no test")
	}
	return found, nil
}

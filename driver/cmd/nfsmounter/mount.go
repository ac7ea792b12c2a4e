package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"csicert/driver/mount"
)

// mountError is a mount that failed, as against a wrong command line.
type mountError struct{ cause error }

func (e *mountError) Error() string { return e.cause.Error() }
func (e *mountError) Unwrap() error { return e.cause }

// ready is what the background process says when the mount answers.
const ready = "ready\n"

// mountCommand mounts and leaves a background process to serve the mount.
// Its flags are those that mount(8) gives to a helper.
func mountCommand() *cobra.Command {
	var options []string
	var fake, sloppy, readOnly, writable, ignored bool
	var kind string
	command := &cobra.Command{
		Use:   "mount SERVER:/PATH DIR [-o OPTIONS]",
		Short: "Mount an export once, as mount.nfs does",
		Args:  cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, arguments []string) error {
			if sloppy {
				options = acceptable(options)
			}
			if writable {
				options = append(options, "rw")
			}
			if readOnly {
				options = append(options, "ro")
			}
			if err := check(arguments[0], options); err != nil {
				return &mountError{err}
			}
			if fake {
				return nil
			}
			if err := inBackground(arguments[0], arguments[1], options); err != nil {
				return &mountError{err}
			}
			return nil
		},
	}
	flags := command.Flags()
	flags.StringSliceVarP(&options, "options", "o", nil, "mount options, with commas between them")
	flags.BoolVarP(&fake, "fake", "f", false, "check the source and the options, mount nothing")
	flags.BoolVarP(&sloppy, "sloppy", "s", false, "ignore options that are not known")
	flags.BoolVarP(&readOnly, "read-only", "r", false, "mount read-only")
	flags.BoolVarP(&writable, "read-write", "w", false, "mount for reading and writing")
	flags.BoolVarP(&ignored, "no-mtab", "n", false, "without effect")
	flags.BoolVarP(&ignored, "verbose", "v", false, "without effect")
	flags.StringVarP(&kind, "types", "t", "", "without effect")
	return command
}

func check(source string, options []string) error {
	if _, err := mount.ParseSource(source); err != nil {
		return err
	}
	return mount.CheckOptions(options)
}

// acceptable drops what would be refused.
func acceptable(options []string) []string {
	var kept []string
	for _, option := range options {
		if mount.CheckOptions([]string{option}) == nil {
			kept = append(kept, option)
		}
	}
	return kept
}

// inBackground starts this program again in a session of its own and waits
// until it says that the mount answers, or why not.
func inBackground(source, target string, options []string) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("finding this program: %w", err)
	}
	heard, said, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("making a pipe: %w", err)
	}
	defer heard.Close()
	// The caller's standard streams stay with the caller, who may wait for
	// their end: nil is /dev/null.
	child := exec.Command(self, "background", source, target, "-o", strings.Join(options, ","))
	child.ExtraFiles = []*os.File{said}
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = child.Start()
	if err = errors.Join(err, said.Close()); err != nil {
		return fmt.Errorf("starting the background process: %w", err)
	}
	word, err := io.ReadAll(heard)
	switch {
	case err != nil:
		return fmt.Errorf("listening to the background process: %w", err)
	case string(word) == ready:
		return child.Process.Release()
	case len(word) == 0:
		return fmt.Errorf("the background process ended: %v", child.Wait())
	}
	return errors.Join(errors.New(string(word)), child.Wait())
}

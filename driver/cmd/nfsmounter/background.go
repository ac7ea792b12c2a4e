package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"csicert/driver/mount"
	"csicert/driver/mount/fusenfs"
)

const (
	// mountLimit is how long a mount may take.
	mountLimit = 30 * time.Second
	// saidDescriptor is the pipe to the process that called mount.
	saidDescriptor = 3
)

// backgroundCommand serves one mount until it is gone. Mount calls it.
func backgroundCommand() *cobra.Command {
	var options []string
	command := &cobra.Command{
		Use:    "background SERVER:/PATH DIR [-o OPTIONS]",
		Args:   cobra.ExactArgs(2),
		Hidden: true,
		RunE: func(command *cobra.Command, arguments []string) error {
			said := os.NewFile(saidDescriptor, "caller")
			mounted, err := serveOnce(command.Context(), arguments[0], arguments[1], options)
			word := ready
			if err != nil {
				word = err.Error()
			}
			_, _ = said.WriteString(word) // the caller may be gone, the mount is made
			_ = said.Close()
			if err != nil {
				return nil // the caller was told, and is the one to fail
			}
			mounted.Wait()
			return nil
		},
	}
	command.Flags().StringSliceVarP(&options, "options", "o", nil, "mount options")
	return command
}

func serveOnce(ctx context.Context, text, target string, options []string) (*fusenfs.Mounted, error) {
	source, err := mount.ParseSource(text)
	if err != nil {
		return nil, err
	}
	export, chosen, err := mount.ForFUSE(source, options)
	if err != nil {
		return nil, err
	}
	if target, err = filepath.Abs(target); err != nil {
		return nil, err
	}
	if err := os.Chdir("/"); err != nil { // hold no folder of the caller's
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, mountLimit)
	defer cancel()
	return fusenfs.Mount(ctx, slog.New(slog.NewJSONHandler(os.Stderr, nil)), export, target, chosen)
}

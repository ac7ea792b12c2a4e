package main

import (
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"csicert/driver/mount/daemon"
)

// serveCommand runs the daemon until SIGTERM. Its mounts end with it; they
// stay on record and the next daemon heals them.
func serveCommand() *cobra.Command {
	var socket, state string
	command := &cobra.Command{
		Use:   "serve --socket FILE --state DIR",
		Short: "Mount for the node plugin",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) (err error) {
			ctx, stop := signal.NotifyContext(command.Context(), syscall.SIGTERM, syscall.SIGINT)
			defer stop()
			d, err := daemon.New(slog.New(slog.NewJSONHandler(os.Stderr, nil)), state)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, d.Close()) }()
			return d.Serve(ctx, socket)
		},
	}
	command.Flags().StringVar(&socket, "socket", "", "Unix socket for the node plugin's requests")
	command.Flags().StringVar(&state, "state", "", "folder for the record of the mounts")
	for _, flag := range []string{"socket", "state"} {
		if err := command.MarkFlagRequired(flag); err != nil {
			panic(err) // the flag is defined above
		}
	}
	return command
}

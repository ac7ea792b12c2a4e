package plugin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// probeLimit is what a probe may take; the kubelet's own limit is longer, and says less.
const probeLimit = 5 * time.Second

// probeCommand is the liveness probe of a container that has no shell.
func probeCommand() *cobra.Command {
	var endpoint string
	cmd := &cobra.Command{
		Use: "probe", Short: "Ask the plugin at the endpoint whether it works", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			ctx, cancel := context.WithTimeout(cmd.Context(), probeLimit)
			defer cancel()
			connection, err := grpc.NewClient(endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()))
			if err != nil {
				return fmt.Errorf("reaching %s: %w", endpoint, err)
			}
			defer func() { err = errors.Join(err, connection.Close()) }()
			answer, err := csi.NewIdentityClient(connection).Probe(ctx, &csi.ProbeRequest{})
			if err != nil {
				return fmt.Errorf("probing %s: %w", endpoint, err)
			}
			if answer.GetReady() != nil && !answer.GetReady().GetValue() {
				return fmt.Errorf("probing %s: the plugin says that it is not ready", endpoint)
			}
			return nil
		},
	}
	endpointFlag(cmd, &endpoint)
	return cmd
}

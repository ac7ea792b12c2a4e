// Package plugin is the CSI plugin's command: it joins the services with their surroundings, once for the shipped binary
// and once for the one that proves the harness.
package plugin

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"github.com/spf13/cobra"
	"google.golang.org/grpc"

	"csicert/driver/filer"
	"csicert/driver/nfs"
)

// Make is how the services come to be.
type Make struct {
	// Controller makes the Controller service over the filers of the zones. Honest makes the driver's own.
	Controller func(honest func(map[string]filer.Filer) csi.ControllerServer, filers map[string]filer.Filer) csi.ControllerServer
	// Node makes the Node service of the driver's own.
	Node func(honest csi.NodeServer) csi.NodeServer
	// Between is asked before both are.
	Between []grpc.UnaryServerInterceptor
}

// Honest makes the services as they are shipped.
func Honest() Make {
	return Make{
		Controller: func(honest func(map[string]filer.Filer) csi.ControllerServer, filers map[string]filer.Filer) csi.ControllerServer {
			return honest(filers)
		},
		Node: func(honest csi.NodeServer) csi.NodeServer { return honest },
	}
}

// Main runs the command of that name and returns its exit code. It ends by SIGTERM, or with what it cannot do.
func Main(name string, m Make) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	var driver string
	root := &cobra.Command{Use: name, Short: "The CSI driver for NFS volumes that belong to zones", SilenceErrors: true, SilenceUsage: true}
	root.PersistentFlags().StringVar(&driver, "driver-name", nfs.DriverName, "the driver's CSI name")
	root.AddCommand(controllerCommand(&driver, m, log), nodeCommand(&driver, m, log), probeCommand())
	if err := root.ExecuteContext(ctx); err != nil {
		log.Error("the plugin ended", "error", err)
		return 1
	}
	return 0
}

// version is that of the checkout that the binary was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return info.Main.Version
}

func endpointFlag(cmd *cobra.Command, endpoint *string) {
	cmd.Flags().StringVar(endpoint, "endpoint", "unix:///csi/csi.sock", "where to answer CSI calls")
}

func required(cmd *cobra.Command, flags ...string) {
	for _, f := range flags {
		if err := cmd.MarkFlagRequired(f); err != nil {
			panic(fmt.Sprintf("flag %s is defined above: %v", f, err))
		}
	}
}

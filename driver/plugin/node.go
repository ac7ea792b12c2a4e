package plugin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"csicert/driver/mount"
	"csicert/driver/nfs"
	"csicert/driver/nodes"
)

type nodeFlags struct {
	endpoint, id, zones         string
	keys                        []string
	mount, mounterSocket        string
	registrationDir, kubeletSee string
}

func nodeCommand(driver *string, m Make, log *slog.Logger) *cobra.Command {
	var f nodeFlags
	cmd := &cobra.Command{
		Use: "node", Short: "Serve the Node service, and tell the kubelet", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd.Context(), *driver, m, log) },
	}
	endpointFlag(cmd, &f.endpoint)
	cmd.Flags().StringVar(&f.id, "node", "", "name of the node")
	cmd.Flags().StringVar(&f.zones, "zones", "/etc/csicert-nfs/zones.yaml", "file that says where the filers are")
	cmd.Flags().StringSliceVar(&f.keys, "topology-keys", nil, "labels of the node to be topology keys besides "+nfs.ZoneKey)
	cmd.Flags().StringVar(&f.mount, "mount", mount.Auto, "how to mount: auto, kernel or fuse")
	cmd.Flags().StringVar(&f.mounterSocket, "mounter-socket", "", "socket of the mounter, for FUSE")
	cmd.Flags().StringVar(&f.registrationDir, "registration-dir", "", "folder that the kubelet watches for plugins")
	cmd.Flags().StringVar(&f.kubeletSee, "kubelet-socket", "", "the endpoint's socket, as the kubelet sees it")
	required(cmd, "node", "registration-dir", "kubelet-socket")
	return cmd
}

func (f nodeFlags) run(ctx context.Context, driver string, m Make, log *slog.Logger) error {
	zones, err := nfs.LoadZones(f.zones)
	if err != nil {
		return err
	}
	keys := append([]string{nfs.ZoneKey}, slices.DeleteFunc(f.keys, func(k string) bool { return k == nfs.ZoneKey })...)
	segments, err := segmentsOf(ctx, f.id, keys)
	if err != nil {
		return err
	}
	mounter, err := mount.New(ctx, f.mount, mount.Settings{Socket: f.mounterSocket, Log: log})
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "this node", "name", f.id, "segments", segments, "mounter", mounter.Kind())
	honest := nfs.NewNode(nfs.NodeOptions{ID: f.id, Segments: segments, Zones: zones, Mounter: mounter, Log: log})
	listener, err := nfs.Listen(ctx, f.endpoint)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return nfs.Serve(ctx, listener, nfs.Services{Identity: nfs.NewIdentity(driver, version(), nil), Node: m.Node(honest), Between: m.Between}, log)
	})
	group.Go(func() error { // the socket is there already: the kubelet asks it at once
		return nfs.Registration{Driver: driver, Dir: f.registrationDir, Socket: f.kubeletSee, Log: log}.Register(ctx)
	})
	return group.Wait()
}

func segmentsOf(ctx context.Context, node string, keys []string) (map[string]string, error) {
	config, err := rest.InClusterConfig()
	if err != nil {
		return nil, fmt.Errorf("finding the cluster: %w", err)
	}
	set, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("making a client: %w", err)
	}
	segments, err := nodes.Segments(ctx, set, node, keys)
	var label *nodes.MissingLabelError
	if errors.As(err, &label) {
		return nil, fmt.Errorf("placing the node: %w", err)
	}
	return segments, err
}

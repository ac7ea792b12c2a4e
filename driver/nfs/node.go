package nfs

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"csicert/driver/filer"
	"csicert/driver/mount"
)

// NodeOptions are what a Node needs.
type NodeOptions struct {
	ID       string            // the node's name
	Segments map[string]string // topology key → value, ZoneKey among them
	Zones    []Zone
	Mounter  mount.Mounter
	Log      *slog.Logger
}

// NewNode returns the Node service. A volume is mounted once on a node, at its staging path, and shown to each pod by a
// bind mount, so that the pods of a node see each other's writes at once.
func NewNode(o NodeOptions) csi.NodeServer { return &node{NodeOptions: o} }

type node struct {
	csi.UnimplementedNodeServer
	NodeOptions
	busy busy
}

// NodeGetCapabilities implements csi.NodeServer.
func (n *node) NodeGetCapabilities(context.Context, *csi.NodeGetCapabilitiesRequest) (*csi.NodeGetCapabilitiesResponse, error) {
	var all []*csi.NodeServiceCapability
	for _, t := range []csi.NodeServiceCapability_RPC_Type{
		csi.NodeServiceCapability_RPC_STAGE_UNSTAGE_VOLUME,
		csi.NodeServiceCapability_RPC_GET_VOLUME_STATS,
		csi.NodeServiceCapability_RPC_SINGLE_NODE_MULTI_WRITER,
	} {
		all = append(all, &csi.NodeServiceCapability{Type: &csi.NodeServiceCapability_Rpc{Rpc: &csi.NodeServiceCapability_RPC{Type: t}}})
	}
	return &csi.NodeGetCapabilitiesResponse{Capabilities: all}, nil
}

// NodeGetInfo implements csi.NodeServer.
func (n *node) NodeGetInfo(context.Context, *csi.NodeGetInfoRequest) (*csi.NodeGetInfoResponse, error) {
	return &csi.NodeGetInfoResponse{NodeId: n.ID, AccessibleTopology: &csi.Topology{Segments: maps.Clone(n.Segments)}}, nil
}

// exportOf finds what a volume's handle and context mean. Errors: INVALID_ARGUMENT, NOT_FOUND, and FAILED_PRECONDITION
// for a volume of another zone, whose filer would not serve this node.
func (n *node) exportOf(id string, attributes map[string]string) (mount.Source, error) {
	for _, key := range slices.Sorted(maps.Keys(attributes)) {
		if key != keyServer && key != keyShare && key != keySubDir && !strings.HasPrefix(key, "storage.kubernetes.io/") && !strings.HasPrefix(key, fromSidecars) {
			return mount.Source{}, badField("volume_context", fmt.Sprintf("%q", key), strings.Join([]string{keyServer, keyShare, keySubDir}, ", "))
		}
	}
	if attributes[keyServer] != "" || attributes[keyShare] != "" || attributes[keySubDir] != "" {
		return ownServer(attributes)
	}
	h, ok := parse(filer.OfVolume, id)
	if !ok {
		return mount.Source{}, status.Errorf(codes.NotFound, "volume %q is none of this driver's, and its context names no %s and %s", id, keyServer, keyShare)
	}
	i := slices.IndexFunc(n.Zones, func(z Zone) bool { return z.Name == h.zone })
	if i < 0 {
		return mount.Source{}, status.Errorf(codes.NotFound, "volume %q is in zone %s, which has no filer", id, h.zone)
	}
	if here := n.Segments[ZoneKey]; h.zone != here {
		return mount.Source{}, status.Errorf(codes.FailedPrecondition, "volume %s is of zone %s; node %s is in zone %s and can use volumes of its own zone only", id, h.zone, n.ID, here)
	}
	z := n.Zones[i]
	return mount.Source{Server: z.Server, Port: z.Port, MountPort: z.MountPort, Path: h.exported(z.Export)}, nil
}

// ownServer finds what a context names: the folder of a volume that the controller made there, or of a static one.
func ownServer(attributes map[string]string) (mount.Source, error) {
	server, share, sub := attributes[keyServer], attributes[keyShare], attributes[keySubDir]
	if err := checkServer("volume_context."+keyServer, server); err != nil {
		return mount.Source{}, err
	}
	if err := checkShare("volume_context."+keyShare, share); err != nil {
		return mount.Source{}, err
	}
	if sub != "" && !filepath.IsLocal(sub) {
		return mount.Source{}, badField("volume_context."+keySubDir, fmt.Sprintf("%q", sub), "a folder below the share, without ..")
	}
	return mount.Source{Server: server, Path: filepath.Join(share, sub)}, nil
}

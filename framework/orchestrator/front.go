package orchestrator

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"sync"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	encodingproto "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"
)

// front serves at a socket here, for a program that makes every call once, what a CO does for a driver: calls are repeated
// until their answer is final (CSI, "Error Scheme"). The node beside the driver's controller has no volumes: csi-sanity takes
// every volume from the node before it deletes it, and a controller's socket has no node. Stopping it ends its calls.
func (c *CO) front(ctx context.Context, socket string) (stop func(), err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", socket)
	if err != nil {
		return nil, fmt.Errorf("making a socket: %w", err)
	}
	server := grpc.NewServer(grpc.ForceServerCodecV2(verbatim{encoding.GetCodecV2(encodingproto.Name)}), grpc.UnknownServiceHandler(c.relay))
	csi.RegisterNodeServer(server, emptyNode{})
	var served sync.WaitGroup
	served.Go(func() { _ = server.Serve(listener) }) // it ends by being stopped
	return func() {
		server.Stop()
		served.Wait()
	}, nil
}

// relay makes the call of any service at the driver.
func (c *CO) relay(_ any, stream grpc.ServerStream) error {
	method, known := grpc.MethodFromServerStream(stream)
	if !known {
		return status.Error(codes.Internal, "a call without a method")
	}
	var question bytesOf
	if err := stream.RecvMsg(&question); err != nil {
		return err
	}
	var refused error
	answer, err := settled(stream.Context(), c, func(ctx context.Context) (*bytesOf, error) {
		var answer bytesOf
		err := c.lines.Invoke(ctx, method, &question, &answer, grpc.ForceCodecV2(verbatim{}))
		if status.Code(err) == codes.Aborted && listing(method) {
			refused, err = err, nil
		}
		return &answer, err
	})
	if err = cmp.Or(err, refused); err != nil {
		return err
	}
	return stream.SendMsg(answer)
}

// listing tells of calls whose ABORTED is final: it says that the token is none of the driver's (CSI, "ListVolumes Errors").
func listing(method string) bool {
	return method == csi.Controller_ListVolumes_FullMethodName || method == csi.Controller_ListSnapshots_FullMethodName
}

// bytesOf is a message as it came.
type bytesOf struct{ bytes []byte }

// verbatim passes messages on that nobody here has to understand, and has the others encoded as ever.
type verbatim struct{ encoding.CodecV2 }

// Name implements encoding.CodecV2.
func (verbatim) Name() string { return encodingproto.Name }

// Marshal implements encoding.CodecV2.
func (v verbatim) Marshal(message any) (mem.BufferSlice, error) {
	if m, is := message.(*bytesOf); is {
		return mem.BufferSlice{mem.SliceBuffer(m.bytes)}, nil
	}
	return v.CodecV2.Marshal(message)
}

// Unmarshal implements encoding.CodecV2.
func (v verbatim) Unmarshal(data mem.BufferSlice, message any) error {
	if m, is := message.(*bytesOf); is {
		m.bytes = data.Materialize()
		return nil
	}
	return v.CodecV2.Unmarshal(data, message)
}

type emptyNode struct{ csi.UnimplementedNodeServer }

// NodeGetCapabilities implements csi.NodeServer.
func (emptyNode) NodeGetCapabilities(context.Context, *csi.NodeGetCapabilitiesRequest) (*csi.NodeGetCapabilitiesResponse, error) {
	return &csi.NodeGetCapabilitiesResponse{}, nil
}

// NodeUnpublishVolume implements csi.NodeServer.
func (emptyNode) NodeUnpublishVolume(context.Context, *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	return &csi.NodeUnpublishVolumeResponse{}, nil
}

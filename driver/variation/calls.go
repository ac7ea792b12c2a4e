package variation

import (
	"context"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/container-storage-interface/spec/lib/go/csi"
)

func slow(p pace) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		timer := time.NewTimer(p.call)
		defer timer.Stop()
		select {
		case <-timer.C:
			return handle(ctx, req)
		case <-ctx.Done():
			return nil, status.FromContextError(ctx.Err()).Err()
		}
	}
}

// losingAnswers tells calls apart by all that they ask, so that each has its own two failures. Questions that change
// nothing are answered: nobody has to ask them again.
func losingAnswers(pace) grpc.UnaryServerInterceptor {
	var mu sync.Mutex
	failures := map[string]int{}
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		if !changes(req) {
			return handle(ctx, req)
		}
		text, err := proto.MarshalOptions{Deterministic: true}.Marshal(req.(proto.Message))
		if err != nil {
			return nil, status.Errorf(codes.Internal, "telling calls apart: %v", err)
		}
		call := info.FullMethod + string(text)
		mu.Lock()
		failures[call]++
		failure := failures[call]
		mu.Unlock()
		switch failure {
		case 1:
			return nil, status.Error(codes.Unavailable, "the storage is busy, ask again")
		case 2:
			if _, err := handle(ctx, req); err != nil {
				return nil, err
			}
			return nil, status.Error(codes.Unavailable, "the connection to the storage was lost, ask again")
		}
		return handle(ctx, req)
	}
}

// changes tells whether the call makes or unmakes something.
func changes(req any) bool {
	switch req.(type) {
	case *csi.CreateVolumeRequest, *csi.DeleteVolumeRequest, *csi.CreateSnapshotRequest, *csi.DeleteSnapshotRequest, *csi.ControllerExpandVolumeRequest,
		*csi.NodeStageVolumeRequest, *csi.NodeUnstageVolumeRequest, *csi.NodePublishVolumeRequest, *csi.NodeUnpublishVolumeRequest:
		return true
	}
	return false
}

func inOtherWords(pace) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		answer, err := handle(ctx, req)
		if err != nil {
			code := status.Code(err)
			return nil, status.Error(code, fmt.Sprintf("E-%04d: Vorgang abgebrochen (%q)", uint32(code), "storage%d\tarray"))
		}
		return answer, nil
	}
}

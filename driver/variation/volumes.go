package variation

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// extra is what a volume has beyond what was asked for, in bytes.
const extra = 64 << 20

func larger(pace) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		switch asked := req.(type) {
		case *csi.CreateVolumeRequest:
			own := proto.CloneOf(asked)
			enlarge(own.GetCapacityRange())
			req = own
		case *csi.ControllerExpandVolumeRequest:
			own := proto.CloneOf(asked)
			enlarge(own.GetCapacityRange())
			req = own
		}
		return handle(ctx, req)
	}
}

// enlarge asks for more where something is asked for, up to the limit.
func enlarge(r *csi.CapacityRange) {
	if r.GetRequiredBytes() <= 0 {
		return
	}
	r.RequiredBytes += extra
	if limit := r.GetLimitBytes(); limit > 0 {
		r.RequiredBytes = min(r.RequiredBytes, limit)
	}
}

// region is the one label that the place of a zone has as surely as its zone. A smaller place, such as a rack, would keep
// the zone's other nodes away.
const region = "topology.kubernetes.io/region"

func tellingTheRegion(pace) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		answer, err := handle(ctx, req)
		made, is := answer.(*csi.CreateVolumeResponse)
		if err != nil || !is {
			return answer, err
		}
		asked := req.(*csi.CreateVolumeRequest).GetAccessibilityRequirements()
		for _, place := range made.GetVolume().GetAccessibleTopology() {
			if name, one := regionOf(place, slices.Concat(asked.GetRequisite(), asked.GetPreferred())); one {
				place.Segments[region] = name
			}
		}
		return answer, nil
	}
}

// regionOf is the region of the asked-for segments that have all that the place has, if these agree on one.
func regionOf(place *csi.Topology, asked []*csi.Topology) (name string, one bool) {
	for _, t := range asked {
		inside := true
		for key, value := range place.GetSegments() {
			inside = inside && t.GetSegments()[key] == value
		}
		told := t.GetSegments()[region]
		if !inside || told == name {
			continue
		}
		if name != "" {
			return "", false
		}
		name = told
	}
	return name, name != ""
}

// inProgress copies in the background. It is asked again for the same name until it answers.
func inProgress(p pace) grpc.UnaryServerInterceptor {
	type copying struct {
		until time.Time
		done  chan struct{}
		err   error // set before done is closed
	}
	var mu sync.Mutex
	all := map[string]*copying{} // by the name of the volume
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		asked, is := req.(*csi.CreateVolumeRequest)
		if !is || asked.GetVolumeContentSource() == nil {
			return handle(ctx, req)
		}
		busy := status.Errorf(codes.Aborted, "a copy for volume %s is already in progress", asked.GetName())
		mu.Lock()
		defer mu.Unlock()
		c, known := all[asked.GetName()]
		if !known {
			c = &copying{until: time.Now().Add(p.progress), done: make(chan struct{})}
			all[asked.GetName()] = c
			go func() {
				defer close(c.done)
				_, c.err = handle(context.WithoutCancel(ctx), req)
			}()
			return nil, busy
		}
		select {
		case <-c.done:
		default:
			return nil, busy
		}
		switch {
		case c.err != nil:
			delete(all, asked.GetName())
			return nil, c.err
		case time.Now().Before(c.until):
			return nil, busy
		}
		return handle(ctx, req) // which finds the copy
	}
}

// Package variation makes the driver behave in other ways that are as right as its own, so that no check takes a habit of
// one driver for a promise of all: each is an interceptor of the CSI calls about volumes and snapshots whose class asks for
// it (parameter variation). The shipped driver does not link it.
package variation

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// Parameter of a storage class or snapshot class names the variation. A volume's context carries it to the node.
const Parameter = "variation"

// Variation is one way to be right.
type Variation struct {
	Name   string // kebab-case
	Varies string // what it does in another way: a sentence, lower case, no full stop
	// Needs are capabilities as the catalogue names them: the variation can affect the requirements that need one of them.
	// Those that need disruption are affected only where it is among them.
	Needs []string
	// Controllers is how many controllers stand beside each other, with elections; 0: one, without.
	Controllers int

	way func(pace) grpc.UnaryServerInterceptor // nil where only the deployment varies
}

// pace is how long what is slow takes.
type pace struct {
	call     time.Duration // every call, longer than usual
	ready    time.Duration // from a cut to its being ready to use
	progress time.Duration // a copy is under way, at least
}

// usual is longer than a harness's patience between two looks, and shorter than the sidecars' for one call.
var usual = pace{call: 2 * time.Second, ready: 5 * time.Second, progress: 3 * time.Second}

// All lists the variations by name.
func All() []Variation {
	all := []Variation{
		{Name: "slow", Varies: "every call takes two seconds longer", Needs: []string{"driver"}, way: slow},
		{Name: "answers-lost-twice", Varies: "a call is UNAVAILABLE twice, the second time after its work was done, and then answered",
			Needs: []string{"driver", "disruption"}, way: losingAnswers},
		{Name: "other-words", Varies: "errors have the same codes and other words", Needs: []string{"driver"}, way: inOtherWords},
		{Name: "larger-than-asked", Varies: "volumes are larger than was asked for", Needs: []string{"driver"}, way: larger},
		{Name: "further-topology-key", Varies: "volumes tell their region beside their zone", Needs: []string{"topology", "restore-elsewhere"}, way: tellingTheRegion},
		{Name: "copy-in-progress", Varies: "a copy is ABORTED as being in progress until it is done", Needs: []string{"snapshots", "clones"}, way: inProgress},
		{Name: "snapshot-ready-later", Varies: "a snapshot is cut at once and ready to use five seconds later", Needs: []string{"snapshots"}, way: readyLater},
		{Name: "volume-held-by-snapshots", Varies: "a volume is not deleted before its snapshots are", Needs: []string{"snapshots"}, way: holdingVolumes},
		{Name: "snapshot-held-by-restores", Varies: "a snapshot is not deleted before the volumes that were restored from it are", Needs: []string{"snapshots"}, way: holdingSnapshots},
		{Name: "two-controllers", Varies: "two controllers stand by, and those that are elected work", Controllers: 2,
			Needs: []string{"disruption", "snapshots", "expansion", "immediate-binding"}},
	}
	slices.SortFunc(all, func(a, b Variation) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Intercept hands each call to the variation of its volume or snapshot, which its class names when it is made. After a
// restart the driver behaves in its own way again, which is as right.
func Intercept() grpc.UnaryServerInterceptor { return intercept(usual) }

func intercept(p pace) grpc.UnaryServerInterceptor {
	c := &chooser{ways: map[string]grpc.UnaryServerInterceptor{}}
	for _, v := range All() {
		if v.way != nil {
			c.ways[v.Name] = v.way(p)
		}
	}
	return c.intercept
}

type chooser struct {
	ways   map[string]grpc.UnaryServerInterceptor
	chosen sync.Map // ID → name
}

func (c *chooser) intercept(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	req, name := taken(req)
	if name == "" {
		name = c.remembered(req)
	}
	if name == "" {
		return handle(ctx, req)
	}
	way, known := c.ways[name]
	if !known {
		return nil, status.Error(codes.InvalidArgument, fmt.Sprintf("parameter %s: found %q; accepted: %s", Parameter, name, strings.Join(slices.Sorted(maps.Keys(c.ways)), ", ")))
	}
	if of, is := req.(interface{ GetVolumeId() string }); is { // a node is told at every volume's first call, and not at its last
		c.chosen.Store(of.GetVolumeId(), name)
	}
	answer, err := way(ctx, req, info, handle)
	if err != nil {
		return nil, err
	}
	switch answer := answer.(type) {
	case *csi.CreateVolumeResponse:
		c.chosen.Store(answer.GetVolume().GetVolumeId(), name)
		answer.Volume.VolumeContext = with(answer.Volume.VolumeContext, name)
	case *csi.CreateSnapshotResponse:
		c.chosen.Store(answer.GetSnapshot().GetSnapshotId(), name)
	}
	return answer, nil
}

// remembered is the variation of the thing that the request is about; empty for none.
func (c *chooser) remembered(req any) string {
	var id string
	switch req := req.(type) {
	case interface{ GetVolumeId() string }:
		id = req.GetVolumeId()
	case interface{ GetSnapshotId() string }:
		id = req.GetSnapshotId()
	}
	name, _ := c.chosen.Load(id)
	text, _ := name.(string)
	return text
}

// taken returns the request as the driver itself may see it, and the variation that it names.
func taken(req any) (any, string) {
	from := func(parameters map[string]string) string {
		name := parameters[Parameter]
		delete(parameters, Parameter)
		return name
	}
	switch req := req.(type) {
	case *csi.CreateVolumeRequest:
		own := proto.CloneOf(req)
		return own, from(own.Parameters)
	case *csi.CreateSnapshotRequest:
		own := proto.CloneOf(req)
		return own, from(own.Parameters)
	case *csi.NodeStageVolumeRequest:
		own := proto.CloneOf(req)
		return own, from(own.VolumeContext)
	case *csi.NodePublishVolumeRequest:
		own := proto.CloneOf(req)
		return own, from(own.VolumeContext)
	}
	return req, ""
}

func with(context map[string]string, name string) map[string]string {
	if context == nil {
		context = map[string]string{}
	}
	context[Parameter] = name
	return context
}

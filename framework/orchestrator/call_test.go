package orchestrator

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// witness ends a judgement with the place that a failure would be told at.
type witness struct{}

func (witness) Fail(string)            { ginkgo.GinkgoHelper(); panic(types.NewCodeLocation(0)) }
func (witness) Blocked(string, string) { ginkgo.GinkgoHelper(); panic(types.NewCodeLocation(0)) }
func (witness) Unsupported(string)     { ginkgo.GinkgoHelper(); panic(types.NewCodeLocation(0)) }
func (witness) Say(string, ...any)     {}

// unable is a driver that can do nothing.
type unable struct{ csi.ControllerClient }

var errUnable = errors.New("unable")

func (unable) CreateVolume(context.Context, *csi.CreateVolumeRequest, ...grpc.CallOption) (*csi.CreateVolumeResponse, error) {
	return nil, errUnable
}

func (unable) CreateSnapshot(context.Context, *csi.CreateSnapshotRequest, ...grpc.CallOption) (*csi.CreateSnapshotResponse, error) {
	return nil, errUnable
}

func (unable) ListVolumes(context.Context, *csi.ListVolumesRequest, ...grpc.CallOption) (*csi.ListVolumesResponse, error) {
	return nil, errUnable
}

// What ends a judgement is told at the line that judges: by it the proof knows which judgement caught a mutant.
func TestAJudgementEndsAtTheSpecsOwnLine(t *testing.T) {
	co := &CO{Referee: witness{}, Options: Options{Prefix: "test", Size: 1, Call: time.Second, Patience: time.Second}, driver: unable{}}
	ctx := t.Context()
	for name, end := range map[string]func(){
		"MustAnswer": func() { co.MustAnswer("a call", errUnable, codes.OK) },
		"MustBe":     func() { co.MustBe(false, "this", "that") },
		"Needs":      func() { co.Needs(csi.ControllerServiceCapability_RPC_LIST_VOLUMES) },
		"Need":       func() { co.Need(ctx, co.NewVolume("name")) },
		"NeedAny":    func() { co.NeedAny(ctx) },
		"NeedCut":    func() { co.NeedCut(ctx, "id") },
		"Gone":       func() { co.Gone(ctx) },
		"GoneCut":    func() { co.GoneCut(ctx, "id") },
		"All":        func() { co.All(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			_, here, _, _ := runtime.Caller(0)
			defer func() {
				at, told := recover().(types.CodeLocation)
				NewWithT(t).Expect(told).To(BeTrue())
				NewWithT(t).Expect(filepath.Base(at.FileName)).To(Equal(filepath.Base(here)), at.String())
			}()
			end()
		})
	}
}

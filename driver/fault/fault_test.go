package fault

import (
	"context"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"csicert/driver/filer"
)

// recorder is an honest controller that remembers what it was asked.
type recorder struct {
	csi.UnimplementedControllerServer
	asked *csi.CreateVolumeRequest
}

func (r *recorder) CreateVolume(_ context.Context, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	r.asked = req
	return &csi.CreateVolumeResponse{Volume: &csi.Volume{VolumeId: "v", CapacityBytes: 8}}, nil
}

func newRecorded() (*recorder, csi.ControllerServer) {
	r := &recorder{}
	return r, NewController(func(map[string]filer.Filer) csi.ControllerServer { return r }, nil)
}

func TestWithoutTheParameterEverythingIsHonest(t *testing.T) {
	r, c := newRecorded()
	req := &csi.CreateVolumeRequest{Name: "n", Parameters: map[string]string{"a": "b"}}
	answer, err := c.CreateVolume(t.Context(), req)
	if err != nil || r.asked != req || answer.GetVolume().GetCapacityBytes() != 8 || len(answer.GetVolume().GetVolumeContext()) != 0 {
		t.Errorf("asked %v, answered %v, %v", r.asked, answer, err)
	}
}

func TestAFaultIsChosenByTheParameterAndCarriedToTheNode(t *testing.T) {
	r, c := newRecorded()
	answer, err := c.CreateVolume(t.Context(), &csi.CreateVolumeRequest{Name: "n", Parameters: map[string]string{Parameter: "volume-smaller-than-asked", "a": "b"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, told := r.asked.GetParameters()[Parameter]; told || r.asked.GetParameters()["a"] != "b" {
		t.Errorf("the driver was told %v", r.asked.GetParameters())
	}
	if v := answer.GetVolume(); v.GetCapacityBytes() != 4 || v.GetVolumeContext()[Parameter] != "volume-smaller-than-asked" {
		t.Errorf("answered %v", v)
	}
}

func TestAnUnknownFaultIsRefused(t *testing.T) {
	_, c := newRecorded()
	_, err := c.CreateVolume(t.Context(), &csi.CreateVolumeRequest{Name: "n", Parameters: map[string]string{Parameter: "no-such"}})
	if status.Code(err) != codes.InvalidArgument {
		t.Errorf("got %v", err)
	}
}

func TestEveryFaultDoesSomethingAndSaysWhat(t *testing.T) {
	names := map[string]bool{}
	for _, f := range All() {
		if names[f.Name] || f.Wrong == "" || f.Controller == nil && f.Node == nil && f.Filer == nil {
			t.Errorf("fault %q is twice, silent or empty", f.Name)
		}
		names[f.Name] = true
	}
}

package fault

import (
	"context"
	"os"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// binding is an honest node that mounts for real, and once.
type binding struct{ plain }

func (*binding) NodePublishVolume(_ context.Context, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	there, err := mountedAt(req.GetTargetPath())
	if err == nil && !there {
		err = unix.Mount(req.GetStagingTargetPath(), req.GetTargetPath(), "", unix.MS_BIND, "")
	}
	return &csi.NodePublishVolumeResponse{}, err
}

// mounts counts what is mounted at the target of a pod.
func (h host) mounts(pod string) (count int) {
	found, err := mountinfo.GetMounts(func(m *mountinfo.Info) (skip, stop bool) { return m.Mountpoint != h.target(pod), false })
	h.must(err)
	return len(found)
}

func published(t *testing.T, fault string) (host, csi.NodeServer) {
	h, n := newHost(t, fault), NewNode(&binding{})
	h.must(os.MkdirAll(h.target("one"), 0o755))
	t.Cleanup(func() {
		for h.mounts("one") > 0 {
			h.must(unix.Unmount(h.target("one"), 0))
		}
	})
	h.must(h.publish(n, "one"))
	if h.mounts("one") != 1 {
		t.Fatalf("%d mounts", h.mounts("one"))
	}
	return h, n
}

func TestPublishingAgain(t *testing.T) {
	for fault, mounts := range map[string]int{"": 1, "republish-stacks": 2} {
		h, n := published(t, fault)
		h.must(h.publish(n, "one"))
		if h.mounts("one") != mounts {
			t.Errorf("fault %q: %d mounts, want %d", fault, h.mounts("one"), mounts)
		}
	}
	h, n := published(t, "republish-refused")
	if err := h.publish(n, "one"); status.Code(err) != codes.Internal || h.mounts("one") != 1 {
		t.Errorf("published again: %v, %d mounts", err, h.mounts("one"))
	}
	h.must(h.unpublish(n, "one"))
	h.must(h.publish(n, "one"))
}

func TestUnpublishingThatTakesFromOthers(t *testing.T) {
	for fault, mounts := range map[string]int{"": 1, "unpublish-takes-all": 0} {
		h, n := published(t, fault)
		h.must(os.MkdirAll(h.target("two"), 0o755))
		h.must(h.publish(n, "two"))
		h.must(h.unpublish(n, "two"))
		if h.mounts("one") != mounts {
			t.Errorf("fault %q: the other pod has %d mounts, want %d", fault, h.mounts("one"), mounts)
		}
		h.must(h.unpublish(n, "one")) // of which nothing is left
	}
}

func TestUnpublishingThatDoesNothing(t *testing.T) {
	for fault, mounts := range map[string]int{"": 0, "unpublish-forgotten": 1} {
		h, n := published(t, fault)
		h.must(h.unpublish(n, "one"))
		if h.mounts("one") != mounts {
			t.Errorf("fault %q: %d mounts, want %d", fault, h.mounts("one"), mounts)
		}
	}
}

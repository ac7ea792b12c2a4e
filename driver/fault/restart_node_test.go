package fault

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"github.com/onsi/gomega/gbytes"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// plain is an honest node that mounts nothing.
type plain struct {
	csi.UnimplementedNodeServer
	flags []string // of the last staging
}

func (p *plain) NodeStageVolume(_ context.Context, req *csi.NodeStageVolumeRequest) (*csi.NodeStageVolumeResponse, error) {
	p.flags = req.GetVolumeCapability().GetMount().GetMountFlags()
	return &csi.NodeStageVolumeResponse{}, nil
}

func (*plain) NodePublishVolume(context.Context, *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	return &csi.NodePublishVolumeResponse{}, nil
}

func (*plain) NodeUnpublishVolume(_ context.Context, req *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	if err := unix.Unmount(req.GetTargetPath(), 0); err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) {
		return nil, err
	}
	return &csi.NodeUnpublishVolumeResponse{}, nil
}

// host is a kubelet's folder and the volume that it has staged, with a class that asks for a fault.
type host struct {
	*testing.T
	dir, fault string
}

func newHost(t *testing.T, fault string) host {
	h := host{t, t.TempDir(), fault}
	for _, dir := range []string{h.staging(), filepath.Dir(h.target("one"))} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h host) staging() string            { return filepath.Join(h.dir, "plugins", "staged") }
func (h host) target(pod string) string   { return filepath.Join(h.dir, "pods", pod, "mount") }
func (h host) context() map[string]string { return map[string]string{Parameter: h.fault} }

func (h host) stage(n csi.NodeServer) error {
	_, err := n.NodeStageVolume(h.Context(), &csi.NodeStageVolumeRequest{VolumeId: "v", StagingTargetPath: h.staging(), VolumeContext: h.context(),
		VolumeCapability: &csi.VolumeCapability{AccessType: &csi.VolumeCapability_Mount{Mount: &csi.VolumeCapability_MountVolume{MountFlags: []string{"noatime"}}}}})
	return err
}

func (h host) publish(n csi.NodeServer, pod string) error {
	_, err := n.NodePublishVolume(h.Context(), &csi.NodePublishVolumeRequest{VolumeId: "v", StagingTargetPath: h.staging(), TargetPath: h.target(pod), VolumeContext: h.context()})
	return err
}

func (h host) unpublish(n csi.NodeServer, pod string) error {
	_, err := n.NodeUnpublishVolume(h.Context(), &csi.NodeUnpublishVolumeRequest{VolumeId: "v", TargetPath: h.target(pod)})
	return err
}

func (h host) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func TestStagingIsForgotten(t *testing.T) {
	h := newHost(t, "staging-forgotten-after-restart")
	n := NewNode(&plain{})
	h.must(h.stage(n))
	h.must(h.publish(n, "one"))
	n = NewNode(&plain{})
	if err := h.publish(n, "two"); status.Code(err) != codes.FailedPrecondition {
		t.Errorf("published after a restart: %v", err)
	}
	h.must(h.unpublish(n, "one"))
	h.must(h.stage(n))
	h.must(h.publish(n, "two"))
}

func TestUnpublishingIsRefusedByAnotherProcessOnly(t *testing.T) {
	h := newHost(t, "unpublish-refused-after-restart")
	n := NewNode(&plain{})
	h.must(h.stage(n))
	for _, pod := range []string{"one", "two"} {
		h.must(h.publish(n, pod))
	}
	h.must(h.unpublish(n, "one"))
	n = NewNode(&plain{})
	if err := h.unpublish(n, "two"); err == nil {
		t.Error("unpublished after a restart")
	}
	h.must(h.unpublish(n, "one")) // which is gone
	h.must(h.publish(n, "three"))
	h.must(h.unpublish(n, "three"))
	honest := newHost(t, "")
	h.must(honest.publish(n, "one"))
	h.must(honest.unpublish(NewNode(&plain{}), "one"))
}

func TestOptionsThatTheClassDoesNotHave(t *testing.T) {
	for fault, flags := range map[string]string{"mount-gives-up": "[noatime soft timeo=5 retrans=0]", "mount-options-ignored": "[]", "": "[noatime]"} {
		p := &plain{}
		h := newHost(t, fault)
		h.must(h.stage(NewNode(p)))
		if got := fmt.Sprint(p.flags); got != flags {
			t.Errorf("fault %q: staged with %s; want %s", fault, got, flags)
		}
	}
}

// said is what faults have written to the log.
var said = gbytes.NewBuffer()

// asPlugin in the environment makes this test binary a node plugin that publishes what is staged below the folder.
const asPlugin = "FAULT_TEST_IS_PLUGIN"

func TestMain(m *testing.M) {
	if dir := os.Getenv(asPlugin); dir != "" {
		h := host{dir: dir, fault: "mounts-die-with-plugin"}
		_, err := NewNode(&plain{}).NodePublishVolume(context.Background(), &csi.NodePublishVolumeRequest{VolumeId: "v", StagingTargetPath: h.staging(), TargetPath: h.target("one"), VolumeContext: h.context()})
		fmt.Println(err)
		select {}
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(said, nil)))
	os.Exit(m.Run())
}

func TestMountsDieWithThePlugin(t *testing.T) {
	if _, err := os.Stat("/dev/fuse"); err != nil || os.Getuid() != 0 {
		t.Skip("only root may mount by FUSE, where the kernel has it")
	}
	h := newHost(t, "mounts-die-with-plugin")
	program, err := os.Executable()
	h.must(err)
	plugin := exec.CommandContext(t.Context(), program)
	plugin.Env = append(os.Environ(), asPlugin+"="+h.dir)
	out, err := plugin.StdoutPipe()
	h.must(err)
	h.must(plugin.Start())
	defer func() { _ = unix.Unmount(h.target("one"), unix.MNT_DETACH) }() // where the test failed before it
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "<nil>\n" || err != nil {
		t.Fatalf("publishing: %q, %v", line, err)
	}

	seen := h.target("one")
	h.must(os.Mkdir(filepath.Join(seen, "folder"), 0o700))
	h.must(os.WriteFile(filepath.Join(seen, "folder", "file"), []byte("text"), 0o600))
	h.must(os.Link(filepath.Join(seen, "folder", "file"), filepath.Join(seen, "name")))
	h.must(os.Symlink("name", filepath.Join(seen, "link")))
	if text, err := os.ReadFile(filepath.Join(h.staging(), "link")); err != nil || string(text) != "text" {
		t.Errorf("on the volume: %q, %v", text, err)
	}

	h.must(plugin.Process.Kill())
	_ = plugin.Wait() // it was killed
	if _, err := os.ReadFile(filepath.Join(seen, "name")); !errors.Is(err, unix.ENOTCONN) {
		t.Errorf("read after the plugin was killed: %v", err)
	}
	h.must(h.unpublish(NewNode(&plain{}), "one"))
	if text, err := os.ReadFile(filepath.Join(h.staging(), "name")); err != nil || string(text) != "text" {
		t.Errorf("on the volume, afterwards: %q, %v", text, err)
	}
}

func TestANoteThatCannotBeReadIsNoAnswer(t *testing.T) {
	h := newHost(t, "unpublish-refused-after-restart")
	h.must(h.publish(NewNode(&plain{}), "one"))
	file := noteOf(h.target("one"))
	h.must(os.Remove(file))
	h.must(os.Mkdir(file, 0o700))
	if err := h.unpublish(NewNode(&plain{}), "one"); status.Code(err) != codes.Internal {
		t.Errorf("unpublished without a look at the note: %v", err)
	}
}

package nfs_test

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"

	"csicert/driver/mount/ganeshatest"
	"csicert/driver/nfs"
)

func capability() *csi.VolumeCapability { return request("").GetVolumeCapabilities()[0] }

func TestANodeRefusesWhatIsNotItsZones(t *testing.T) {
	zones := []nfs.Zone{{Name: "a", Server: "s"}, {Name: "b", Server: "s"}}
	n := nfs.NewNode(nfs.NodeOptions{ID: "n", Segments: map[string]string{nfs.ZoneKey: "a"}, Zones: zones, Log: slog.New(slog.DiscardHandler)})
	hex := strings.Repeat("0", 32)
	for id, want := range map[string]codes.Code{"b.v-" + hex: codes.FailedPrecondition, "c.v-" + hex: codes.NotFound, "b.v-../..": codes.NotFound} {
		_, err := n.NodeStageVolume(t.Context(), &csi.NodeStageVolumeRequest{VolumeId: id, StagingTargetPath: t.TempDir(), VolumeCapability: capability()})
		wantCode(t, err, want)
	}
	for field, attributes := range map[string]map[string]string{
		"server": {"share": "/x"},
		"share":  {"server": "h", "share": "x"},
		"subDir": {"server": "h", "share": "/x", "subDir": "../y"},
		"sever":  {"sever": "h", "share": "/x"},
	} {
		_, err := n.NodeStageVolume(t.Context(), &csi.NodeStageVolumeRequest{VolumeId: "static", StagingTargetPath: t.TempDir(), VolumeCapability: capability(), VolumeContext: attributes})
		wantCode(t, err, codes.InvalidArgument, field)
	}
}

func TestReadOnlyIsReadOnlyAndMountOptionsAreChecked(t *testing.T) {
	disk := newStore(t, 8*gib)
	server, port, mountPort := ganeshatest.Start(t, disk.Export())
	s := newSiteOver(t, disk)
	zones := []nfs.Zone{{Name: zone, Server: server, Port: port, MountPort: mountPort, Export: disk.Export()}}
	n := nfs.NewNode(nfs.NodeOptions{ID: "n", Segments: map[string]string{nfs.ZoneKey: zone}, Zones: zones, Mounter: newMounter(t), Log: slog.New(slog.DiscardHandler)})
	volume := s.create(t, request("v"))
	folder := t.TempDir()
	staging := filepath.Join(folder, "staging")
	bad := capability()
	bad.GetMount().MountFlags = []string{"nfsvers=9"}
	_, err := n.NodeStageVolume(t.Context(), &csi.NodeStageVolumeRequest{VolumeId: volume.GetVolumeId(), StagingTargetPath: staging, VolumeCapability: bad})
	wantCode(t, err, codes.InvalidArgument, "nfsvers=9")
	_, err = n.NodeStageVolume(t.Context(), &csi.NodeStageVolumeRequest{VolumeId: volume.GetVolumeId(), StagingTargetPath: staging, VolumeCapability: capability()})
	must(t, err)
	publish := func(target string, readOnly bool) error {
		_, err := n.NodePublishVolume(t.Context(), &csi.NodePublishVolumeRequest{VolumeId: volume.GetVolumeId(), StagingTargetPath: staging,
			TargetPath: filepath.Join(folder, target), VolumeCapability: capability(), Readonly: readOnly})
		return err
	}
	must(t, publish("rw", false))
	must(t, publish("ro", true))
	must(t, publish("ro", true)) // again is no error
	wantCode(t, publish("ro", false), codes.AlreadyExists)
	must(t, os.WriteFile(filepath.Join(folder, "rw", "file"), []byte("x"), 0o600))
	if _, err := os.ReadFile(filepath.Join(folder, "ro", "file")); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "ro", "file"), []byte("y"), 0o600); err == nil {
		t.Error("a read-only volume was written to")
	}
	for _, target := range []string{"rw", "ro", "ro"} {
		_, err := n.NodeUnpublishVolume(t.Context(), &csi.NodeUnpublishVolumeRequest{VolumeId: volume.GetVolumeId(), TargetPath: filepath.Join(folder, target)})
		must(t, err)
	}
	_, err = n.NodeUnstageVolume(t.Context(), &csi.NodeUnstageVolumeRequest{VolumeId: volume.GetVolumeId(), StagingTargetPath: staging})
	must(t, err)
}

func TestTheKubeletLearnsOfTheDriver(t *testing.T) {
	dir := t.TempDir()
	ctx, stop := context.WithTimeout(t.Context(), startLimit)
	defer stop()
	ended := make(chan error, 1)
	go func() {
		ended <- nfs.Registration{Driver: "d", Dir: dir, Socket: "/plugin.sock", Log: slog.New(slog.DiscardHandler)}.Register(ctx)
	}()
	file := filepath.Join(dir, "d-reg.sock")
	for ctx.Err() == nil {
		if c, err := net.Dial("unix", file); err == nil {
			must(t, c.Close())
			break
		}
		time.Sleep(look)
	}
	connection, err := grpc.NewClient("unix://"+file, grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(t, err)
	info, err := registration.NewRegistrationClient(connection).GetInfo(ctx, &registration.InfoRequest{})
	must(t, err)
	if info.GetName() != "d" || info.GetEndpoint() != "/plugin.sock" || info.GetType() != registration.CSIPlugin {
		t.Errorf("the kubelet was told %v", info)
	}
	must(t, connection.Close())
	stop()
	must(t, <-ended)
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Error("the socket was left behind")
	}
}

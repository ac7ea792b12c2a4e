package lab

import (
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"k8s.io/client-go/tools/remotecommand"

	"csicert/framework/orchestrator"
)

// toSocket is an executor that carries its streams to a socket here, as the agent does in a pod.
type toSocket string

func (s toSocket) Stream(o remotecommand.StreamOptions) error {
	return s.StreamWithContext(context.Background(), o)
}

func (s toSocket) StreamWithContext(ctx context.Context, o remotecommand.StreamOptions) error {
	conn, err := net.Dial("unix", string(s))
	if err != nil {
		_, _ = io.WriteString(o.Stderr, "agent: no socket\n")
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	go func() { _, _ = io.Copy(conn, o.Stdin); _ = conn.(*net.UnixConn).CloseWrite() }()
	_, err = io.Copy(o.Stdout, conn)
	return errors.Join(err, conn.Close())
}

// plain is a driver that makes every volume that it is asked for.
type plain struct {
	csi.UnimplementedIdentityServer
	csi.UnimplementedControllerServer
}

func (plain) GetPluginCapabilities(context.Context, *csi.GetPluginCapabilitiesRequest) (*csi.GetPluginCapabilitiesResponse, error) {
	return &csi.GetPluginCapabilitiesResponse{}, nil
}

func (plain) ControllerGetCapabilities(context.Context, *csi.ControllerGetCapabilitiesRequest) (*csi.ControllerGetCapabilitiesResponse, error) {
	return &csi.ControllerGetCapabilitiesResponse{}, nil
}

func (plain) CreateVolume(_ context.Context, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	return &csi.CreateVolumeResponse{Volume: &csi.Volume{VolumeId: "id-of-" + req.GetName()}}, nil
}

func (plain) DeleteVolume(context.Context, *csi.DeleteVolumeRequest) (*csi.DeleteVolumeResponse, error) {
	return &csi.DeleteVolumeResponse{}, nil
}

type silentReferee struct{ t *testing.T }

func (s silentReferee) Fail(text string)            { s.t.Fatal(text) }
func (s silentReferee) Blocked(call, why string)    { s.t.Fatal(call + ": " + why) }
func (s silentReferee) Unsupported(sentence string) { s.t.Fatal(sentence) }
func (s silentReferee) Say(string, ...any)          {}

func open(t *testing.T, socket string, call time.Duration) (*orchestrator.CO, error) {
	return orchestrator.Open(t.Context(), orchestrator.Options{Prefix: "p", Size: 1, Call: call, Patience: call, Capability: &csi.VolumeCapability{},
		Dial: func(ctx context.Context) (net.Conn, error) { return carried(ctx, toSocket(socket), "the agent"), nil }}, silentReferee{t})
}

func TestCallsGoOverTheStreamsOfACommand(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	csi.RegisterIdentityServer(server, plain{})
	csi.RegisterControllerServer(server, plain{})
	go func() { _ = server.Serve(listener) }() // it ends by being stopped
	t.Cleanup(server.Stop)
	co, err := open(t, socket, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	orchestrator.AtOnce(8, func(int) {
		name := co.Name(strings.Repeat("x", 100))
		if v, err := co.Create(t.Context(), co.NewVolume(name)); err != nil || v.GetVolumeId() != "id-of-"+name {
			t.Errorf("%v, %v", v, err)
		}
	})
	if err := errors.Join(co.Undo(t.Context()), co.Close()); err != nil {
		t.Error(err)
	}
}

func TestAnAgentThatCannotConnectSaysWhy(t *testing.T) {
	_, err := open(t, "/nowhere/s", time.Second)
	if err == nil {
		t.Fatal("a connection to nowhere")
	}
	t.Log(err)
	conn := carried(t.Context(), toSocket("/nowhere/s"), "the agent")
	if _, err := conn.Read(make([]byte, 1)); err == nil || !strings.Contains(err.Error(), "no socket") {
		t.Errorf("it says %v", err)
	}
}

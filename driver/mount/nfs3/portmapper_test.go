package nfs3_test

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"csicert/driver/mount/ganeshatest"
	"csicert/driver/mount/nfs3"
)

func TestThePortMapperSaysWhereTheMountDaemonIs(t *testing.T) {
	mapper, server := newFakeServer(t), newFakeServer(t)
	mapper.mapped = server.port
	config := nfs3.Config{Server: "127.0.0.1", Port: server.port, Portmapper: mapper.port, Path: "/export"}
	c, err := nfs3.Dial(within(t), config)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()

	mapper.mapped = 0
	if _, err := nfs3.Dial(within(t), config); !errors.Is(err, nfs3.ErrNotServed) {
		t.Errorf("a server without a mount daemon: %v", err)
	}
	mapper.mapped = 1 << 20
	if _, err := nfs3.Dial(within(t), config); err == nil || !strings.Contains(err.Error(), "names port 1048576") {
		t.Errorf("a port that there is not: %v", err)
	}
	config.MountPort = server.port
	if c, err = nfs3.Dial(within(t), config); err != nil {
		t.Errorf("asked although the port was given: %v", err)
	} else {
		c.Close()
	}
}

// Where no port mapper answers the usual port is tried, and the error tells of both.
func TestWithoutAPortMapperTheUsualPortIsTried(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	// A loopback address of its own: nothing listens there.
	_, err = nfs3.Dial(within(t), nfs3.Config{Server: "127.88.0.7", Portmapper: port, Path: "/export"})
	if !errors.Is(err, syscall.ECONNREFUSED) || !strings.Contains(err.Error(), ":20048") || !strings.Contains(err.Error(), ":"+strconv.Itoa(port)) {
		t.Errorf("got %v", err)
	}
}

// A real rpcbind: it says where itself is, whoever else registers meanwhile.
func TestARealPortMapper(t *testing.T) {
	ganeshatest.Run(t, t.TempDir())
	port, err := nfs3.PortOf(within(t), "127.0.0.1", 0, 100000, 2)
	if err != nil || port != 111 {
		t.Errorf("the port mapper is at %d, %v", port, err)
	}
	if port, err = nfs3.PortOf(within(t), "127.0.0.1", 0, 0x2fffffff, 1); err != nil || port != 0 {
		t.Errorf("a program that nobody serves is at %d, %v", port, err)
	}
}

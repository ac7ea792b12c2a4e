package nfs3

import (
	"context"
	"errors"
	"fmt"

	"csicert/driver/mount/nfs3/rpc"
	"csicert/driver/mount/nfs3/xdr"
)

// The port mapper, version 2, of RFC 1833 section 3.
const (
	programPortmapper = 100000
	portmapperVersion = 2
	procGetPort       = 3
	protocolTCP       = 6
	portmapperPort    = 111
)

// ErrNotServed is that a server's port mapper knows of no mount daemon for NFSv3 over TCP: the server does without, as one
// of NFSv4 alone does.
var ErrNotServed = errors.New("its port mapper knows of no mount daemon for NFSv3 over TCP")

// mountPort is where the server's mount daemon listens, and why only the usual port is left to try where the port mapper
// gives no answer: behind a firewall, or where none runs.
func mountPort(ctx context.Context, config Config, identity rpc.Identity) (port int, unanswered, err error) {
	if config.MountPort != 0 {
		return config.MountPort, nil, nil
	}
	asking, cancel := context.WithTimeout(ctx, dialLimit)
	defer cancel()
	port, err = portOf(asking, config.Server, config.Portmapper, identity, programMount, version3)
	switch {
	case err != nil && ctx.Err() != nil:
		return 0, nil, context.Cause(ctx)
	case err != nil:
		return DefaultMountPort, fmt.Errorf("asking the port mapper: %w", err), nil
	case port == 0:
		return 0, nil, ErrNotServed
	}
	return port, nil, nil
}

// portOf asks a port mapper where a program listens over TCP; 0 for nowhere.
func portOf(ctx context.Context, server string, mapper int, identity rpc.Identity, program, version uint32) (int, error) {
	if mapper == 0 {
		mapper = portmapperPort
	}
	connection, err := rpc.Connect(ctx, dialer(server, mapper, false), identity)
	if err != nil {
		return 0, err
	}
	defer connection.Close()
	e := &xdr.Encoder{}
	for _, v := range []uint32{program, version, protocolTCP, 0} {
		e.Uint32(v)
	}
	reply, err := connection.Call(ctx, programPortmapper, portmapperVersion, procGetPort, e.Bytes())
	if err != nil {
		return 0, err
	}
	port := reply.Uint32()
	if err := reply.Err(); err != nil {
		return 0, fmt.Errorf("reading the port mapper's answer: %w", err)
	}
	if port > 1<<16-1 {
		return 0, fmt.Errorf("the port mapper names port %d: %w", port, xdr.ErrMalformed)
	}
	return int(port), nil
}

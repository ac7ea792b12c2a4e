// Package nfs3 is an NFSv3 client over TCP: handles in, attributes and data
// out. It exists for nodes whose kernel has no NFS client; the FUSE file
// system of package fusenfs stands on it.
//
// It speaks AUTH_SYS as user 0, pipelines calls on one connection, and
// sends them again when the server was restarted. The port of the mount
// protocol is given, or the server's port mapper is asked for it. Methods may be called
// from many goroutines; each ends when its context ends.
package nfs3

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"syscall"
	"time"

	"csicert/driver/mount/nfs3/rpc"
	"csicert/driver/mount/nfs3/xdr"
)

const (
	programNFS   = 100003
	programMount = 100005
	version3     = 3

	// DefaultPort is that of NFS, DefaultMountPort that of a mount daemon
	// whose server has no port mapper that answers.
	DefaultPort      = 2049
	DefaultMountPort = 20048

	maxTransfer   = 1 << 20
	jukeboxPause  = 100 * time.Millisecond
	jukeboxLonger = 5 * time.Second
)

// Config says what to connect to.
type Config struct {
	Server          string // host name or address
	Port, MountPort int    // 0: DefaultPort, and what the port mapper says
	Portmapper      int    // TCP; 0: 111. It is asked where MountPort is 0
	Path            string // the exported folder
	// AnyPort leaves the source port to the kernel; otherwise it is below 1024.
	AnyPort bool
	// Soft ends a call that has had no answer for so long with ETIMEDOUT;
	// 0 waits until the caller's context ends.
	Soft time.Duration
}

// Client is one mounted export.
type Client struct {
	rpc      *rpc.Client
	soft     time.Duration
	root     Handle
	readSize int // bytes per READ
	sizes    struct{ write, directory int }
	held     atomic.Int64 // bytes of uncommitted writes
}

// Dial asks the mount daemon for the export's handle, connects to the NFS
// server and asks it for its limits. It tries once.
func Dial(ctx context.Context, config Config) (*Client, error) {
	if config.Port == 0 {
		config.Port = DefaultPort
	}
	identity := rpc.Identity{Machine: machineName()}
	root, err := mountExport(ctx, config, identity)
	if err != nil {
		return nil, fmt.Errorf("asking %s for the export %s: %w", config.Server, config.Path, err)
	}
	connection, err := rpc.Connect(ctx, dialer(config.Server, config.Port, !config.AnyPort), identity)
	if err != nil {
		return nil, fmt.Errorf("reaching the NFS server: %w", err)
	}
	c := &Client{rpc: connection, soft: config.Soft, root: root}
	if err := c.limits(ctx); err != nil {
		c.Close()
		return nil, fmt.Errorf("asking %s for its limits: %w", config.Server, err)
	}
	return c, nil
}

// Close ends the connection; calls that wait end with an error.
func (c *Client) Close() { c.rpc.Close() }

// Root is the exported folder.
func (c *Client) Root() Handle { return c.root }

// ReadSize is the most bytes that one Read gives.
func (c *Client) ReadSize() int { return c.readSize }

// mountExport makes the MNT call of the mount protocol.
func mountExport(ctx context.Context, config Config, identity rpc.Identity) (Handle, error) {
	port, unanswered, err := mountPort(ctx, config, identity)
	if err != nil {
		return "", fmt.Errorf("looking for the mount daemon: %w", err)
	}
	connection, err := rpc.Connect(ctx, dialer(config.Server, port, !config.AnyPort), identity)
	if err != nil {
		return "", fmt.Errorf("reaching the mount daemon: %w", errors.Join(err, unanswered))
	}
	defer connection.Close()
	e := &xdr.Encoder{}
	e.String(config.Path)
	reply, err := connection.Call(ctx, programMount, version3, 1, e.Bytes())
	if err != nil {
		return "", err
	}
	if status := reply.Uint32(); status != 0 {
		return "", fmt.Errorf("the mount daemon refused: %w", Status(status))
	}
	root := readHandle(reply.Decoder)
	if err := reply.Err(); err != nil {
		return "", fmt.Errorf("reading the mount daemon's answer: %w", err)
	}
	if root == "" {
		return "", fmt.Errorf("the mount daemon gave an empty handle: %w", xdr.ErrMalformed)
	}
	return root, nil
}

// limits asks FSINFO for the transfer sizes.
func (c *Client) limits(ctx context.Context) error {
	reply, err := c.call(ctx, procFSInfo, arguments(c.root))
	if err != nil {
		return err
	}
	readPostOp(reply.Decoder)
	read := reply.Uint32()
	reply.Fixed(8)
	write := reply.Uint32()
	reply.Fixed(8)
	directory := reply.Uint32()
	if err := reply.Err(); err != nil {
		return err
	}
	if read == 0 || write == 0 {
		return fmt.Errorf("the server allows reads of %d and writes of %d bytes: %w", read, write, xdr.ErrMalformed)
	}
	c.readSize = int(min(read, maxTransfer))
	c.sizes.write = int(min(write, maxTransfer))
	c.sizes.directory = int(min(max(directory, 8<<10), 256<<10))
	return nil
}

// call makes one NFS call and reads its status; a server that asks for
// patience is asked again. The reply is at what follows the status, also
// where the error is a Status.
func (c *Client) call(ctx context.Context, procedure uint32, e *xdr.Encoder) (rpc.Reply, error) {
	if c.soft > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, c.soft, syscall.ETIMEDOUT)
		defer cancel()
	}
	pause := jukeboxPause
	for {
		reply, err := c.rpc.Call(ctx, programNFS, version3, procedure, e.Bytes())
		if err != nil {
			return rpc.Reply{}, err
		}
		status := Status(reply.Uint32())
		if err := reply.Err(); err != nil {
			return rpc.Reply{}, err
		}
		if status == 0 {
			return reply, nil
		}
		if status != statusJukebox {
			return reply, status
		}
		select {
		case <-time.After(pause):
			pause = min(2*pause, jukeboxLonger)
		case <-ctx.Done():
			return rpc.Reply{}, context.Cause(ctx)
		}
	}
}

// repeated says that a call failed only because its first sending, whose
// answer was lost, had done the work.
func repeated(reply rpc.Reply, err error, status Status) bool {
	return reply.Resent && errors.Is(err, status)
}

// Package rpc is an ONC RPC client over one TCP connection that is made
// anew when it is lost. Calls are pipelined: any number may wait for their
// replies, which may come in any order.
package rpc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"csicert/driver/mount/nfs3/xdr"
)

const (
	firstPause = 50 * time.Millisecond
	longPause  = 2 * time.Second
	// patience is how long a call waits before it is sent again on a
	// connection that lives.
	patience = 60 * time.Second
)

// ErrClosed ends the calls of a closed client.
var ErrClosed = errors.New("the RPC client is closed")

// Dialer makes one connection to the server; it should resolve the
// server's name each time.
type Dialer func(ctx context.Context) (net.Conn, error)

// Client makes calls. A call whose connection is lost is sent again on the
// next one, until its context ends.
type Client struct {
	dial        Dialer
	identity    Identity
	life        context.Context
	end         context.CancelCauseFunc
	transaction atomic.Uint32
	failures    atomic.Int32 // connections lost since the last reply

	mu      sync.Mutex
	current *connection
	dialing chan struct{} // closed when a running dial has ended
	trouble error         // why the last dial failed
}

// Reply holds a call's results.
type Reply struct {
	*xdr.Decoder
	// Resent says that the call was sent on more than one connection, so
	// that the server may have carried it out before.
	Resent bool
}

// Connect makes the first connection, once: its failure is the caller's to
// know. Later ones are made as often as needed.
func Connect(ctx context.Context, dial Dialer, identity Identity) (*Client, error) {
	stream, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	c := &Client{dial: dial, identity: identity}
	c.life, c.end = context.WithCancelCause(context.Background())
	c.transaction.Store(uint32(time.Now().UnixNano()))
	c.adopt(stream)
	return c, nil
}

// Close ends the connection and every call that waits.
func (c *Client) Close() {
	c.end(ErrClosed)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current != nil {
		c.current.lose(ErrClosed)
	}
}

// Call makes one call. Its error wraps the context's cause when that ended
// first, ErrClosed, ErrProtocol, ErrDenied, xdr.ErrMalformed or *AcceptError.
func (c *Client) Call(ctx context.Context, program, version, procedure uint32, arguments []byte) (Reply, error) {
	transaction := c.transaction.Add(1)
	call := record(c.identity, program, version, procedure, transaction, arguments)
	for sent := 0; ; sent++ {
		conn, err := c.connection(ctx)
		if err != nil {
			return Reply{}, err
		}
		reply, err := conn.exchange(ctx, transaction, call, patience)
		if err != nil {
			return Reply{}, fmt.Errorf("waiting for the server's reply: %w", err)
		}
		if reply == nil {
			if err := conn.reason(); errors.Is(err, ErrProtocol) || errors.Is(err, ErrClosed) {
				return Reply{}, err
			}
			continue
		}
		d, err := results(reply, program, version, procedure)
		return Reply{Decoder: d, Resent: sent > 0}, err
	}
}

// connection returns the living connection, or waits for the next.
func (c *Client) connection(ctx context.Context) (*connection, error) {
	for {
		c.mu.Lock()
		if c.life.Err() != nil {
			c.mu.Unlock()
			return nil, ErrClosed
		}
		if conn := c.current; conn != nil && conn.reason() == nil {
			c.mu.Unlock()
			return conn, nil
		}
		c.current = nil
		if c.dialing == nil {
			c.dialing = make(chan struct{})
			go c.redial(c.dialing)
		}
		made := c.dialing
		c.mu.Unlock()
		select {
		case <-made:
		case <-ctx.Done():
			c.mu.Lock()
			trouble := c.trouble
			c.mu.Unlock()
			if trouble != nil {
				return nil, fmt.Errorf("connecting to the server again: %w (%w)", context.Cause(ctx), trouble)
			}
			return nil, fmt.Errorf("connecting to the server again: %w", context.Cause(ctx))
		}
	}
}

// redial tries, with growing pauses, until there is a connection or the
// client is closed, and closes made then.
func (c *Client) redial(made chan struct{}) {
	defer close(made)
	for {
		pause := min(firstPause<<min(c.failures.Add(1)-1, 10), longPause)
		select {
		case <-time.After(pause):
		case <-c.life.Done():
			return
		}
		stream, err := c.dial(c.life)
		if err == nil {
			c.adopt(stream)
			return
		}
		c.mu.Lock()
		c.trouble = err
		c.mu.Unlock()
	}
}

// adopt makes a stream the current connection and serves it.
func (c *Client) adopt(stream net.Conn) {
	conn := newConnection(stream)
	c.mu.Lock()
	c.current, c.dialing, c.trouble = conn, nil, nil
	closed := c.life.Err() != nil
	c.mu.Unlock()
	if closed {
		conn.lose(ErrClosed)
	}
	go conn.serve(func() { c.failures.Store(0) })
}

package rpc

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

const (
	// maxRecord bounds a reply: 1 MiB of data and room for what is about it.
	maxRecord = 1<<20 + 1<<18
	// maxFragments bounds the pieces of one reply.
	maxFragments = 4096
)

// connection is one TCP connection and the calls that wait for replies on it.
type connection struct {
	stream net.Conn
	queue  chan []byte
	lost   chan struct{} // closed when the connection is of no more use

	mu      sync.Mutex
	waiting map[uint32]chan []byte
	cause   error // set before lost is closed
}

func newConnection(stream net.Conn) *connection {
	return &connection{
		stream:  stream,
		queue:   make(chan []byte),
		lost:    make(chan struct{}),
		waiting: map[uint32]chan []byte{},
	}
}

// serve reads replies and writes calls until the connection is lost;
// answered is told of every reply.
func (c *connection) serve(answered func()) {
	go func() {
		for {
			select {
			case call := <-c.queue:
				if _, err := c.stream.Write(call); err != nil {
					c.lose(fmt.Errorf("writing to the server: %w", err))
					return
				}
			case <-c.lost:
				return
			}
		}
	}()
	in := bufio.NewReaderSize(c.stream, 64<<10)
	for {
		reply, err := readRecord(in)
		if err != nil {
			c.lose(fmt.Errorf("reading from the server: %w", err))
			return
		}
		c.deliver(reply)
		answered()
	}
}

func (c *connection) deliver(reply []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	transaction := binary.BigEndian.Uint32(reply)
	if waiter := c.waiting[transaction]; waiter != nil {
		delete(c.waiting, transaction)
		waiter <- reply // has room for one
	}
}

// lose closes the connection for a reason; only the first reason is kept.
func (c *connection) lose(cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cause == nil {
		c.cause = cause
		close(c.lost)
		c.stream.Close()
	}
}

// reason is why the connection was lost.
func (c *connection) reason() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cause
}

// exchange sends a call and waits for its reply. A call without a reply is
// sent once more after every patience: a server may drop one silently.
// It returns nil and no error when the connection was lost.
func (c *connection) exchange(ctx context.Context, transaction uint32, call []byte, patience time.Duration) ([]byte, error) {
	waiter := make(chan []byte, 1)
	c.mu.Lock()
	c.waiting[transaction] = waiter
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.waiting, transaction)
		c.mu.Unlock()
	}()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	queue := c.queue
	for {
		select {
		case queue <- call:
			queue = nil
		case reply := <-waiter:
			return reply, nil
		case <-timer.C:
			queue = c.queue
			timer.Reset(patience)
		case <-c.lost:
			return nil, nil
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// readRecord reads one reply, which may come in several fragments.
func readRecord(in io.Reader) ([]byte, error) {
	var whole []byte
	for range maxFragments {
		var mark [4]byte
		if _, err := io.ReadFull(in, mark[:]); err != nil {
			return nil, err
		}
		word := binary.BigEndian.Uint32(mark[:])
		size := int(word &^ lastFragment)
		if len(whole)+size > maxRecord {
			return nil, fmt.Errorf("%w: a record of more than %d bytes", ErrProtocol, maxRecord)
		}
		start := len(whole)
		whole = append(whole, make([]byte, size)...)
		if _, err := io.ReadFull(in, whole[start:]); err != nil {
			return nil, err
		}
		if word&lastFragment == 0 {
			continue
		}
		if len(whole) < 4 {
			return nil, fmt.Errorf("%w: a record of %d bytes", ErrProtocol, len(whole))
		}
		return whole, nil
	}
	return nil, fmt.Errorf("%w: a record of more than %d fragments", ErrProtocol, maxFragments)
}

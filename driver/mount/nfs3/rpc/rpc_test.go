package rpc_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"csicert/driver/mount/nfs3/rpc"
	"csicert/driver/mount/nfs3/xdr"
)

// serve answers each connection with one turn of the script and returns a
// dialer. The last turn is used for all further connections.
func serve(t *testing.T, turns ...func(net.Conn)) rpc.Dialer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for i := 0; ; i++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				turns[min(i, len(turns)-1)](conn)
			}()
		}
	}()
	return func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", listener.Addr().String())
	}
}

func connect(t *testing.T, dial rpc.Dialer) *rpc.Client {
	t.Helper()
	c, err := rpc.Connect(context.Background(), dial, rpc.Identity{Machine: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func call(t *testing.T, c *rpc.Client, limit time.Duration) (rpc.Reply, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return c.Call(ctx, 100003, 3, 0, []byte("argument"))
}

// hear reads one call and returns its transaction number.
func hear(conn net.Conn) (uint32, error) {
	var mark [4]byte
	if _, err := io.ReadFull(conn, mark[:]); err != nil {
		return 0, err
	}
	body := make([]byte, binary.BigEndian.Uint32(mark[:])&^(1<<31))
	if _, err := io.ReadFull(conn, body); err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint32(body), nil
}

func fragment(last bool, body []byte) []byte {
	mark := uint32(len(body))
	if last {
		mark |= 1 << 31
	}
	return append(binary.BigEndian.AppendUint32(nil, mark), body...)
}

// success is an accepted reply with the given result.
func success(transaction, result uint32) []byte {
	return words(transaction, 1, 0, 0, 0, 0, result)
}

func words(values ...uint32) []byte {
	e := &xdr.Encoder{}
	for _, v := range values {
		e.Uint32(v)
	}
	return e.Bytes()
}

// say answers every call with what the function makes of it.
func say(answer func(transaction uint32) []byte) func(net.Conn) {
	return func(conn net.Conn) {
		for {
			transaction, err := hear(conn)
			if err != nil {
				return
			}
			if _, err := conn.Write(answer(transaction)); err != nil {
				return
			}
		}
	}
}

func good(transaction uint32) []byte { return fragment(true, success(transaction, 42)) }

func TestFragments(t *testing.T) {
	c := connect(t, serve(t, say(func(transaction uint32) []byte {
		whole := success(transaction, 42)
		var out []byte
		for i := range whole {
			out = append(out, fragment(i == len(whole)-1, whole[i:i+1])...)
		}
		return out
	})))
	reply, err := call(t, c, 5*time.Second)
	if err != nil || reply.Uint32() != 42 {
		t.Fatalf("reply %v, %v", reply, err)
	}
}

func TestRepliesInAnyOrder(t *testing.T) {
	const calls = 20
	c := connect(t, serve(t, func(conn net.Conn) {
		var heard []uint32
		for range calls {
			transaction, err := hear(conn)
			if err != nil {
				return
			}
			heard = append(heard, transaction)
		}
		for i := range heard {
			transaction := heard[len(heard)-1-i]
			_, _ = conn.Write(fragment(true, success(transaction+1000, 1))) // nobody's
			_, _ = conn.Write(fragment(true, success(transaction, transaction)))
		}
		_, _ = hear(conn)
	}))
	var callers sync.WaitGroup
	for range calls {
		callers.Go(func() {
			if reply, err := call(t, c, 5*time.Second); err != nil || reply.Uint32() == 1 {
				t.Errorf("reply %v, %v", reply, err)
			}
		})
	}
	callers.Wait()
}

func TestLostConnection(t *testing.T) {
	silent := func(conn net.Conn) { _, _ = hear(conn) }
	c := connect(t, serve(t, silent, silent, say(good)))
	reply, err := call(t, c, 5*time.Second)
	if err != nil || reply.Uint32() != 42 || !reply.Resent {
		t.Fatalf("reply %+v, %v", reply, err)
	}
	if reply, err := call(t, c, 5*time.Second); err != nil || reply.Resent {
		t.Fatalf("the next reply %+v, %v", reply, err)
	}
}

func TestHostileReplies(t *testing.T) {
	var accepted *rpc.AcceptError
	for name, c := range map[string]struct {
		answer func(transaction uint32) []byte
		want   any
	}{
		"a record of no bytes":    {func(uint32) []byte { return fragment(true, nil) }, rpc.ErrProtocol},
		"a record of three bytes": {func(uint32) []byte { return fragment(true, []byte{1, 2, 3}) }, rpc.ErrProtocol},
		"a record of 2 GiB":       {func(uint32) []byte { return words(0xffffffff) }, rpc.ErrProtocol},
		"fragments without end":   {func(uint32) []byte { return make([]byte, 4*5000) }, rpc.ErrProtocol},
		"a call":                  {func(x uint32) []byte { return fragment(true, words(x, 0, 0)) }, rpc.ErrProtocol},
		"a header cut off":        {func(x uint32) []byte { return fragment(true, words(x, 1, 0, 0)) }, xdr.ErrMalformed},
		"a verifier of 4 GiB":     {func(x uint32) []byte { return fragment(true, words(x, 1, 0, 0, 0xffffffff, 0)) }, xdr.ErrMalformed},
		"credentials refused":     {func(x uint32) []byte { return fragment(true, words(x, 1, 1, 1, 1)) }, rpc.ErrDenied},
		"a procedure unknown":     {func(x uint32) []byte { return fragment(true, words(x, 1, 0, 0, 0, 3)) }, &accepted},
	} {
		t.Run(name, func(t *testing.T) {
			client := connect(t, serve(t, say(c.answer)))
			_, err := call(t, client, 5*time.Second)
			if target, is := c.want.(error); is && !errors.Is(err, target) {
				t.Fatalf("error %v, want %v", err, target)
			} else if !is && !errors.As(err, c.want) {
				t.Fatalf("error %v, want %T", err, c.want)
			}
		})
	}
}

func TestContextAndClose(t *testing.T) {
	dial := serve(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	c := connect(t, dial)
	if _, err := call(t, c, 50*time.Millisecond); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("without an answer: %v", err)
	}
	ended := make(chan error)
	go func() {
		_, err := c.Call(context.Background(), 1, 1, 1, nil)
		ended <- err
	}()
	c.Close()
	if err := <-ended; !errors.Is(err, rpc.ErrClosed) {
		t.Fatalf("after closing: %v", err)
	}
}

func TestServerGone(t *testing.T) {
	turn := make(chan struct{})
	listenerDial := serve(t, func(conn net.Conn) { <-turn })
	refused := errors.New("refused")
	first := true
	c := connect(t, func(ctx context.Context) (net.Conn, error) {
		if first {
			first = false
			return listenerDial(ctx)
		}
		return nil, refused
	})
	close(turn)
	_, err := call(t, c, 300*time.Millisecond)
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, refused) {
		t.Fatalf("error %v, want the deadline and the reason", err)
	}
}

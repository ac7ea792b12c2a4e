package nfs3_test

import (
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"

	"csicert/driver/mount/nfs3/xdr"
)

// fakeServer answers MNT, FSINFO, WRITE and COMMIT for one file, and can
// crash, which loses what was not committed, as no real server does on order.
type fakeServer struct {
	port int

	mu        sync.Mutex
	conns     []net.Conn
	committed []byte
	pending   []byte
	verifier  uint64
	committal int
	canned    []byte
	silent    bool
	mapped    int // what it says as a port mapper
}

func newFakeServer(t *testing.T) *fakeServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	s := &fakeServer{port: listener.Addr().(*net.TCPAddr).Port}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns = append(s.conns, conn)
			s.mu.Unlock()
			go s.serve(conn)
		}
	}()
	return s
}

// crash loses pending data and connections.
func (s *fakeServer) crash() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.verifier++
	s.pending = append([]byte(nil), s.committed...)
	for _, conn := range s.conns {
		_ = conn.Close()
	}
	s.conns = nil
}

func (s *fakeServer) stable() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.committed)
}

func (s *fakeServer) commits() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.committal
}

func (s *fakeServer) answerWith(results []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.canned = results
}

func (s *fakeServer) mute() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.silent = true
}

func (s *fakeServer) serve(conn net.Conn) {
	defer conn.Close()
	for {
		var mark [4]byte
		if _, err := io.ReadFull(conn, mark[:]); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(mark[:])&^(1<<31))
		if _, err := io.ReadFull(conn, body); err != nil {
			return
		}
		answer, silent := s.answer(xdr.NewDecoder(body))
		if silent {
			continue
		}
		binary.BigEndian.PutUint32(mark[:], uint32(len(answer))|1<<31)
		if _, err := conn.Write(append(mark[:], answer...)); err != nil {
			return
		}
	}
}

func (s *fakeServer) answer(d *xdr.Decoder) (reply []byte, silent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := &xdr.Encoder{}
	for _, v := range []uint32{d.Uint32(), 1, 0, 0, 0, 0} { // an accepted reply
		e.Uint32(v)
	}
	d.Fixed(8)
	program, _, procedure := d.Uint32(), d.Uint32(), d.Uint32()
	d.Uint32()
	d.Opaque(400)
	d.Fixed(8)
	if s.canned != nil {
		e.Fixed(s.canned)
		return e.Bytes(), s.silent
	}
	if program == 100000 { // GETPORT, which has no status
		e.Uint32(uint32(s.mapped))
		return e.Bytes(), s.silent
	}
	e.Uint32(0)
	switch {
	case program == 100005: // MNT
		e.String("root")
	case procedure == 19: // FSINFO
		e.Bool(false)
		for range 7 {
			e.Uint32(1 << 20)
		}
	case procedure == 7: // WRITE
		s.write(d, e)
	case procedure == 21: // COMMIT
		s.committal++
		s.committed = append([]byte(nil), s.pending...)
		e.Bool(false)
		e.Bool(false)
		e.Uint64(s.verifier)
	}
	return e.Bytes(), s.silent
}

func (s *fakeServer) write(d *xdr.Decoder, e *xdr.Encoder) {
	d.Opaque(64)
	offset, _, how := d.Uint64(), d.Uint32(), d.Uint32()
	data := d.Opaque(1 << 20)
	if end := int(offset) + len(data); end > len(s.pending) {
		s.pending = append(s.pending, make([]byte, end-len(s.pending))...)
	}
	copy(s.pending[offset:], data)
	if how != 0 {
		s.committed = append([]byte(nil), s.pending...)
	}
	e.Bool(false)
	e.Bool(false)
	e.Uint32(uint32(len(data)))
	e.Uint32(how)
	e.Uint64(s.verifier)
}

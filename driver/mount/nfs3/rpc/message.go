package rpc

import (
	"encoding/binary"
	"errors"
	"fmt"

	"csicert/driver/mount/nfs3/xdr"
)

// Numbers of ONC RPC version 2 (RFC 5531).
const (
	messageCall    = 0
	messageReply   = 1
	rpcVersion     = 2
	flavourNone    = 0
	flavourUnix    = 1
	maxAuth        = 400
	lastFragment   = 1 << 31
	acceptedStatus = 0
)

// ErrProtocol says that the peer does not speak ONC RPC as it should.
var ErrProtocol = errors.New("the server broke the RPC protocol")

// ErrDenied says that the server refused the caller's credentials.
var ErrDenied = errors.New("the server refused the RPC credentials")

// AcceptError is a call that the server received and did not carry out.
type AcceptError struct {
	Program, Version, Procedure uint32
	Status                      uint32
}

func (e *AcceptError) Error() string {
	reasons := map[uint32]string{
		1: "program unavailable", 2: "program version mismatch", 3: "procedure unavailable",
		4: "arguments not understood", 5: "system error",
	}
	reason, known := reasons[e.Status]
	if !known {
		reason = fmt.Sprintf("status %d", e.Status)
	}
	return fmt.Sprintf("RPC program %d version %d procedure %d: %s", e.Program, e.Version, e.Procedure, reason)
}

// Identity is the AUTH_SYS user that calls are made as.
type Identity struct {
	Machine  string
	UID, GID uint32
}

// record makes the whole call with its record mark; the transaction number
// is at the bytes 4 to 7.
func record(identity Identity, program, version, procedure, transaction uint32, arguments []byte) []byte {
	credential := &xdr.Encoder{}
	credential.Uint32(0)
	credential.String(identity.Machine)
	credential.Uint32(identity.UID)
	credential.Uint32(identity.GID)
	credential.Uint32(0)

	e := xdr.NewEncoder(64 + len(credential.Bytes()) + len(arguments))
	for _, v := range []uint32{0, transaction, messageCall, rpcVersion, program, version, procedure, flavourUnix} {
		e.Uint32(v)
	}
	e.Opaque(credential.Bytes())
	e.Uint32(flavourNone)
	e.Uint32(0)
	e.Fixed(arguments)
	whole := e.Bytes()
	binary.BigEndian.PutUint32(whole, uint32(len(whole)-4)|lastFragment)
	return whole
}

// results reads a reply's header and returns a decoder at the results.
func results(reply []byte, program, version, procedure uint32) (*xdr.Decoder, error) {
	d := xdr.NewDecoder(reply)
	d.Uint32()
	if kind := d.Uint32(); d.Err() == nil && kind != messageReply {
		return nil, fmt.Errorf("%w: message type %d in place of a reply", ErrProtocol, kind)
	}
	if status := d.Uint32(); d.Err() == nil && status != acceptedStatus {
		return nil, ErrDenied
	}
	d.Uint32()
	d.Opaque(maxAuth)
	status := d.Uint32()
	if err := d.Err(); err != nil {
		return nil, fmt.Errorf("reading the reply's header: %w", err)
	}
	if status != 0 {
		return nil, &AcceptError{Program: program, Version: version, Procedure: procedure, Status: status}
	}
	return d, nil
}

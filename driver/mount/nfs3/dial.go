package nfs3

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"csicert/driver/mount/nfs3/rpc"
)

const (
	dialLimit = 5 * time.Second
	// A server that went away without a word is noticed after this long.
	silence = 60 * time.Second

	firstReserved = 665
	lastReserved  = 1023
)

// dialer connects to host:port, resolving the host's name each time.
// Reserved asks for a source port below 1024, which many servers demand.
func dialer(host string, port int, reserved bool) rpc.Dialer {
	address := net.JoinHostPort(host, strconv.Itoa(port))
	return func(ctx context.Context) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, dialLimit)
		defer cancel()
		if !reserved {
			return plainDial(ctx, address, 0)
		}
		span := lastReserved - firstReserved + 1
		start := rand.IntN(span)
		for i := range span {
			conn, err := plainDial(ctx, address, firstReserved+(start+i)%span)
			switch {
			case errors.Is(err, syscall.EADDRINUSE), errors.Is(err, syscall.EADDRNOTAVAIL):
				continue
			case errors.Is(err, syscall.EACCES):
				return plainDial(ctx, address, 0)
			}
			return conn, err
		}
		return plainDial(ctx, address, 0)
	}
}

func plainDial(ctx context.Context, address string, from int) (net.Conn, error) {
	d := net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 9},
		Control: func(_, _ string, raw syscall.RawConn) error {
			var err error
			control := raw.Control(func(fd uintptr) {
				err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(silence.Milliseconds()))
			})
			return errors.Join(control, err)
		},
	}
	if from != 0 {
		d.LocalAddr = &net.TCPAddr{Port: from}
	}
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", address, err)
	}
	return conn, nil
}

func machineName() string {
	name, err := os.Hostname()
	if err != nil {
		return "nfsmounter"
	}
	return name
}

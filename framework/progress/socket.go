package progress

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"
)

// sendLimit: a display that hangs must not hold up a spec for longer.
const sendLimit = 2 * time.Second

// Sender sends a process's events to the run. The zero value, and nil, send nothing.
type Sender struct{ conn net.Conn }

// Dial opens the socket of a run; an empty path gives a Sender that sends nothing.
func Dial(path string) (*Sender, error) {
	if path == "" {
		return &Sender{}, nil
	}
	conn, err := net.Dial("unixgram", path)
	if err != nil {
		return nil, fmt.Errorf("opening the socket for progress: %w", err)
	}
	return &Sender{conn}, nil
}

// Send never fails: progress that nobody sees is no reason to fail a spec, and the record has everything.
func (s *Sender) Send(e Event) {
	if s == nil || s.conn == nil {
		return
	}
	e.Schema, e.Time, e.Text = Schema, time.Now(), shorten(e.Text) // an event has to fit into a datagram
	raw, err := json.Marshal(e)
	if err != nil || s.conn.SetWriteDeadline(e.Time.Add(sendLimit)) != nil {
		return
	}
	_, _ = s.conn.Write(raw)
}

// Close leaves the run.
func (s *Sender) Close() error {
	if s == nil || s.conn == nil {
		return nil
	}
	return s.conn.Close()
}

// Socket is where a run hears of its specs: one datagram for each event, so that processes cannot mix their words.
type Socket struct {
	Path string
	dir  string
	conn net.PacketConn
	done chan struct{}
}

// Listen makes the socket, in a folder of its own for the owner only, and gives each event to hear until Close.
func Listen(hear func(Event)) (*Socket, error) {
	dir, err := os.MkdirTemp("", "csicert-progress-") // a run's own folder can be too deep for a socket's path
	if err != nil {
		return nil, fmt.Errorf("making the folder of the socket for progress: %w", err)
	}
	s := &Socket{Path: filepath.Join(dir, "s"), dir: dir, done: make(chan struct{})}
	if s.conn, err = net.ListenPacket("unixgram", s.Path); err != nil {
		return nil, errors.Join(fmt.Errorf("listening for progress: %w", err), os.RemoveAll(dir))
	}
	go s.read(hear)
	return s, nil
}

func (s *Socket) read(hear func(Event)) {
	defer close(s.done)
	buffer := make([]byte, 64<<10)
	for {
		n, _, err := s.conn.ReadFrom(buffer)
		if err != nil {
			return // closed
		}
		var e Event
		if json.Unmarshal(buffer[:n], &e) == nil && e.Schema == Schema { // whatever else is sent there is not of the run
			hear(e)
		}
	}
}

// Close stops listening and takes the socket away. Nothing is heard after it.
func (s *Socket) Close() error {
	err := s.conn.Close()
	<-s.done
	if err = errors.Join(err, os.RemoveAll(s.dir)); err != nil {
		return fmt.Errorf("taking the socket for progress away: %w", err)
	}
	return nil
}

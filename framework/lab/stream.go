package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/streaming/pkg/httpstream"
)

// executor is how a command is run in a pod: over WebSocket, or SPDY where the API server has no other.
func (c clients) executor(namespace, pod string, args []string, stdin bool) (remotecommand.Executor, error) {
	req := c.set.CoreV1().RESTClient().Post().Resource("pods").Namespace(namespace).Name(pod).SubResource("exec").
		VersionedParams(&corev1.PodExecOptions{Container: agentContainer, Command: append([]string{agentPath}, args...), Stdin: stdin, Stdout: true, Stderr: true}, scheme.ParameterCodec)
	socket, err := remotecommand.NewWebSocketExecutor(c.rest, http.MethodGet, req.URL().String())
	if err != nil {
		return nil, fmt.Errorf("preparing to run the agent in pod %s: %w", pod, err)
	}
	spdy, err := remotecommand.NewSPDYExecutor(c.rest, http.MethodPost, req.URL())
	if err != nil {
		return nil, fmt.Errorf("preparing to run the agent in pod %s: %w", pod, err)
	}
	executor, err := remotecommand.NewFallbackExecutor(socket, spdy, httpstream.IsUpgradeFailure)
	if err != nil {
		return nil, fmt.Errorf("preparing to run the agent in pod %s: %w", pod, err)
	}
	return executor, nil
}

// dial runs the agent's verb in a pod and makes a connection of its standard input and output. The connection ends the
// agent and the agent the connection; why the agent ended is what a read then says.
func (c clients) dial(ctx context.Context, namespace, pod string, args []string) (net.Conn, error) {
	executor, err := c.executor(namespace, pod, args, true)
	if err != nil {
		return nil, err
	}
	return carried(ctx, executor, fmt.Sprintf("agent %s in pod %s", args[0], pod)), nil
}

// carried is what an executor runs, as a connection.
func carried(ctx context.Context, executor remotecommand.Executor, what string) net.Conn {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) // the context of a dial ends with the dial
	near, far := net.Pipe()
	s := &stream{Conn: near, cancel: cancel}
	go func() {
		defer cancel()
		var said tail
		err := executor.StreamWithContext(ctx, remotecommand.StreamOptions{Stdin: far, Stdout: far, Stderr: &said})
		if err != nil && ctx.Err() == nil {
			s.end(fmt.Errorf("%s: %w: %s", what, err, said.String()))
		}
		_ = far.Close() // never fails
	}()
	return s
}

// stream is one run of the agent as a connection.
type stream struct {
	net.Conn
	cancel context.CancelFunc
	mu     sync.Mutex
	why    error
}

func (s *stream) end(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.why = why
}

// Read implements net.Conn.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if err == nil {
		return n, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return n, errors.Join(s.why, err)
}

// Close implements net.Conn.
func (s *stream) Close() error {
	err := s.Conn.Close()
	s.cancel()
	return err
}

// tail keeps the end of what is written.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailBytes = 1000

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-tailBytes):]
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.text))
}

package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// defaultSocket is where a Docker daemon listens unless told otherwise.
const defaultSocket = "/var/run/docker.sock"

// answerBudget bounds one question to a daemon that may be on another machine and not answer at all.
const answerBudget = 15 * time.Second

// endpoint is where the client looks for a daemon.
type endpoint struct {
	Setting string // what chose it; empty: nothing did, it is Docker's default
	Address string // such as unix:///var/run/docker.sock
}

// socket is the path of a unix endpoint, empty for any other.
func (e endpoint) socket() string {
	path, found := strings.CutPrefix(e.Address, "unix://")
	if !found {
		return ""
	}
	return path
}

// local tells whether this is where a daemon of csicert's listens, whatever names it.
func (e endpoint) local() bool {
	return e.socket() == defaultSocket || e.socket() == "/run/docker.sock"
}

// endpointOf follows the client's own order: DOCKER_HOST, then DOCKER_CONTEXT or the chosen context.
func endpointOf(ctx context.Context, client string) (endpoint, error) {
	if address := os.Getenv("DOCKER_HOST"); address != "" {
		return endpoint{Setting: "DOCKER_HOST", Address: address}, nil
	}
	if client == "" {
		return endpoint{Address: "unix://" + defaultSocket}, nil
	}
	out, err := output(ctx, client, "context", "inspect", "--format", "{{.Name}} {{.Endpoints.docker.Host}}")
	if err != nil {
		return endpoint{}, fmt.Errorf("asking the docker client where its daemon is: %w", err)
	}
	name, address, _ := strings.Cut(strings.TrimSpace(out), " ")
	if name == "default" {
		return endpoint{Address: address}, nil
	}
	return endpoint{Setting: fmt.Sprintf("docker context %q", name), Address: address}, nil
}

// daemonInfo is what a daemon that answers says of itself.
type daemonInfo struct {
	Version, DataRoot, Runtime, StorageDriver string
}

// ask returns the daemon's answer; the error is what the client said when there is none.
func ask(ctx context.Context, client string) (daemonInfo, error) {
	ctx, cancel := context.WithTimeout(ctx, answerBudget)
	defer cancel()
	version, err := output(ctx, client, "version", "--format", "{{.Server.Version}}")
	if err != nil {
		return daemonInfo{}, err
	}
	rest, err := output(ctx, client, "info", "--format", "{{.DockerRootDir}}\n{{.DefaultRuntime}}\n{{.Driver}}")
	if err != nil {
		return daemonInfo{}, err
	}
	lines := strings.Split(strings.TrimSpace(rest), "\n")
	if len(lines) != 3 {
		return daemonInfo{}, fmt.Errorf("docker info answered %q, want three lines", rest)
	}
	return daemonInfo{Version: strings.TrimSpace(version), DataRoot: lines[0], Runtime: lines[1], StorageDriver: lines[2]}, nil
}

// denied looks at a socket as the calling user would use it, because the client's wording of a refusal varies.
func denied(ctx context.Context, socket string) error {
	var dialer net.Dialer
	connection, err := dialer.DialContext(ctx, "unix", socket)
	if err == nil {
		connection.Close()
		return nil
	}
	if !errors.Is(err, fs.ErrPermission) {
		return nil
	}
	found := &SocketDenied{Socket: socket, User: userName(strconv.Itoa(os.Getuid())), Owner: "unknown", Group: "unknown"}
	if info, err := os.Stat(socket); err == nil {
		found.Mode = info.Mode()
		if owner, ok := info.Sys().(*syscall.Stat_t); ok {
			found.Owner, found.Group = userName(strconv.Itoa(int(owner.Uid))), groupName(strconv.Itoa(int(owner.Gid)))
		}
	}
	return found
}

// userName is the name of a user id, or the id where it has none.
func userName(id string) string {
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return id
}

func groupName(id string) string {
	if g, err := user.LookupGroupId(id); err == nil {
		return g.Name
	}
	return id
}

// commandError is a command that failed, with what it said on standard error.
type commandError struct {
	line, said string
	err        error
}

func (e *commandError) Error() string {
	if e.said == "" {
		return e.line + ": " + e.err.Error()
	}
	return e.line + ": " + e.err.Error() + ": " + e.said
}

func (e *commandError) Unwrap() error { return e.err }

// words is the shortest account of a failure: what the command said, or how it ended.
func words(err error) string {
	var failed *commandError
	if errors.As(err, &failed) && failed.said != "" {
		return lastLines(failed.said, 1)
	}
	return err.Error()
}

// output runs a command to its end; a failure carries what the command said.
func output(ctx context.Context, name string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, name, args...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return "", &commandError{line: name + " " + strings.Join(args, " "), said: strings.TrimSpace(stderr.String()), err: err}
	}
	return stdout.String(), nil
}

// listening asks a daemon for a sign of life without a client: Docker answers GET /_ping once it serves.
func listening(ctx context.Context, socket string) bool {
	ctx, cancel := context.WithTimeout(ctx, answerBudget)
	defer cancel()
	transport := &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var dialer net.Dialer
			return dialer.DialContext(ctx, "unix", socket)
		},
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://docker/_ping", nil)
	if err != nil {
		return false
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

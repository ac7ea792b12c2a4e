package engine

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"strings"
)

// DefaultStateDir is where csicert remembers what it did to the machine.
const DefaultStateDir = "/var/lib/csicert/engine"

// defaultDataRoot is where dockerd keeps images and containers unless told otherwise.
const defaultDataRoot = "/var/lib/docker"

// Adaptation is one thing done because of a property of the host.
type Adaptation struct{ What, Why string }

// Options say how an engine is to be provided; the zero value serves.
type Options struct {
	StateDir  string       // mode 0700; DefaultStateDir when empty
	Source    string       // root of csicert's checkout; the current module's when empty. Read only on a restricted host
	NeedBytes uint64       // refuse with NoSpace when fewer bytes are free where Docker keeps its data
	Log       *slog.Logger // discarded when nil
	Out       io.Writer    // one line per thing said to the user; discarded when nil
}

func (o Options) withDefaults() Options {
	if o.StateDir == "" {
		o.StateDir = DefaultStateDir
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Out == nil {
		o.Out = io.Discard
	}
	return o
}

// Engine is a Docker daemon that answers.
type Engine struct {
	Docker        string // path of the client
	Version       string // of the daemon, such as "20.10.24+dfsg1"
	StorageDriver string // such as "overlay2"
	DataRoot      string // where the daemon keeps images and containers, on its own machine
	Host          Host
	Adaptations   []Adaptation // what csicert did for this daemon because of the host
	Warnings      []string     // what this daemon lacks for a cluster and csicert will not change; one sentence each
	Started       bool         // by csicert, now or in an earlier run
}

// Ensure ends with a Docker daemon that answers: the one that already does, or, as root, one it starts, installing
// it from Debian's packages where none is installed. Doing it twice, or in two processes at once, starts one.
//
// Errors the user can mend are SocketDenied, Unreachable, NoEngine and NoSpace.
func Ensure(ctx context.Context, o Options) (*Engine, error) {
	o = o.withDefaults()
	host, err := Inspect(ctx)
	if err != nil {
		return nil, err
	}
	p := newProvider(o, host)
	client, _ := exec.LookPath("docker")
	at, err := endpointOf(ctx, client)
	if err != nil {
		return nil, err
	}
	found, err := p.existing(ctx, client, at)
	if err != nil || found != nil {
		return found, err
	}
	return p.provide(ctx, at)
}

// existing returns the daemon that answers, nil where the default endpoint has none, and an error where there is
// one that must be mended first.
func (p *provider) existing(ctx context.Context, client string, at endpoint) (*Engine, error) {
	if at.socket() != "" {
		if err := denied(ctx, at.socket()); err != nil {
			return nil, err
		}
	}
	if client == "" {
		if at.Setting != "" {
			return nil, &NoEngine{Found: at.Setting + " is " + at.Address + " and no docker client is on PATH"}
		}
		return nil, nil
	}
	info, err := ask(ctx, client)
	switch {
	case err == nil:
		return p.describe(client, at, info)
	case ctx.Err() != nil:
		return nil, fmt.Errorf("asking for a Docker daemon: %w", ctx.Err())
	case at.Setting != "":
		return nil, &Unreachable{Setting: at.Setting, Address: at.Address, Answer: words(err)}
	case listening(ctx, at.socket()):
		return nil, fmt.Errorf("a Docker daemon serves %s but the client %s cannot use it: %w", at.Address, client, err)
	}
	p.log.Debug("no Docker daemon answers", "endpoint", at.Address, "answer", err)
	return nil, nil
}

// describe tells what an answering daemon is, and whose.
func (p *provider) describe(client string, at endpoint, info daemonInfo) (*Engine, error) {
	e := &Engine{Docker: client, Version: info.Version, StorageDriver: info.StorageDriver, DataRoot: info.DataRoot, Host: p.host}
	if at.local() {
		ours, alive, err := p.recorded()
		if err != nil {
			return nil, err
		}
		if alive {
			e.Started, e.Adaptations = true, ours.Adaptations
		}
	}
	if at.socket() != "" {
		if err := room(info.DataRoot, p.NeedBytes); err != nil {
			return nil, err
		}
	}
	e.Warnings = p.warnings(e.Started, at, info)
	for _, warning := range e.Warnings {
		p.say("engine: %s", warning)
	}
	return e, nil
}

// warnings names what keeps a cluster from running on a daemon as it is.
func (p *provider) warnings(started bool, at endpoint, info daemonInfo) []string {
	var all []string
	if at.socket() == "" {
		return nil // another machine, whose properties are not these
	}
	if !p.host.CanGrantAll() && (info.Runtime == "runc" || info.Runtime == "io.containerd.runc.v2") {
		all = append(all, fmt.Sprintf("this Docker daemon cannot start privileged containers: its runtime %s asks for %s, which the host cannot grant; "+
			"stop it and csicert will start one that can", info.Runtime, strings.Join(p.host.MissingCapabilities, ", ")))
	}
	for _, low := range p.host.shortages() {
		if !started {
			all = append(all, fmt.Sprintf("%s is %d, too low for a cluster of several nodes: as root, sysctl -w %s=%d", low.Name, low.Old, low.Name, low.New))
		}
	}
	return all
}

package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"strings"
)

// provider is one call's view of the machine.
type provider struct {
	Options
	log     *slog.Logger
	state   state
	root    fs.FS  // "/" of the machine
	runDir  string // where daemons keep their sockets and process ids
	systemd bool   // process 1 is systemd, which alone then starts services
	host    Host
	release release
}

func newProvider(o Options, host Host) *provider {
	root := os.DirFS("/")
	return &provider{
		Options: o, log: o.Log, state: state{dir: o.StateDir}, root: root, runDir: defaultRunDir,
		systemd: systemd(root), host: host, release: readRelease(root),
	}
}

// say tells the user one thing; a console that is gone is no reason to stop.
func (p *provider) say(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	p.log.Info(line)
	fmt.Fprintln(p.Out, line)
}

// recorded returns what csicert started and whether that very process still runs. Where the record belongs to
// another user nothing of it is ours.
func (p *provider) recorded() (daemon, bool, error) {
	var ours daemon
	err := p.state.load(daemonFile, &ours)
	if errors.Is(err, fs.ErrPermission) {
		return daemon{}, false, nil
	}
	if err != nil {
		return daemon{}, false, err
	}
	alive, err := ours.alive(p.root)
	return ours, alive, err
}

// provide starts a daemon at the default endpoint.
func (p *provider) provide(ctx context.Context, at endpoint) (*Engine, error) {
	if os.Geteuid() != 0 {
		return nil, &NoEngine{Found: "the user is " + userName(fmt.Sprint(os.Geteuid())) + ", not root"}
	}
	if _, installed := find("dockerd"); !installed && !p.release.debian() {
		return nil, &NoEngine{Found: "dockerd is not installed and the system is " + p.release.Name}
	}
	unlock, err := p.state.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	// Another run may have held the lock to start the very daemon wanted here.
	if client, err := exec.LookPath("docker"); err == nil {
		if e, err := p.existing(ctx, client, at); err != nil || e != nil {
			return e, err
		}
	}
	if err := room(defaultDataRoot, p.NeedBytes); err != nil {
		return nil, err
	}
	dockerd, installed := find("dockerd")
	if !installed {
		if err := p.install(ctx); err != nil {
			return nil, err
		}
		if dockerd, installed = find("dockerd"); !installed {
			return nil, fmt.Errorf("the installed packages brought no dockerd on PATH or in %s", strings.Join(systemDirs(), ", "))
		}
	}
	if err := p.run(ctx, dockerd); err != nil {
		return nil, err
	}
	client, err := exec.LookPath("docker")
	if err != nil {
		return nil, &NoEngine{Found: "a daemon was started and no docker client is on PATH"}
	}
	info, err := ask(ctx, client)
	if err != nil {
		return nil, fmt.Errorf("asking the daemon just started: %w", err)
	}
	p.say("engine: started dockerd %s (storage driver %s, data in %s)", info.Version, info.StorageDriver, info.DataRoot)
	return p.describe(client, at, info)
}

// run adapts to the host, waits for a daemon of ours that is still starting, or starts one.
func (p *provider) run(ctx context.Context, dockerd string) error {
	ours, starting, err := p.recorded()
	if err != nil {
		return err
	}
	if starting {
		return p.await(ctx, ours.identity, nil)
	}
	boot, err := bootID(p.root)
	if err != nil {
		return err
	}
	if err := p.rememberNetwork(ctx, boot); err != nil {
		return err
	}
	done, err := p.state.raise(ctx, p.root, p.host, boot)
	if err != nil {
		return err
	}
	if p.host, err = inspect(p.root); err != nil {
		return err
	}
	flags, more, err := p.runtimeFlags(ctx)
	if err != nil {
		return err
	}
	done = append(done, more...)
	for _, a := range done {
		p.say("engine: %s: %s", a.What, a.Why)
	}
	return p.start(ctx, dockerd, flags, done)
}

// runtimeFlags registers the runtime wrapper where the host needs it, by flags so that the user's daemon.json stays
// as it is. systemd starts the daemon with its own flags, so there nothing is done and describe warns.
func (p *provider) runtimeFlags(ctx context.Context) ([]string, []Adaptation, error) {
	if p.host.CanGrantAll() || p.systemd {
		return nil, nil, nil
	}
	wrapper, err := buildWrapper(ctx, p.state, p.Source)
	if err != nil {
		return nil, nil, err
	}
	return []string{"--add-runtime", wrapperRuntime + "=" + wrapper, "--default-runtime", wrapperRuntime},
		[]Adaptation{{
			What: "containers run through " + wrapperName + ", which drops what the host cannot grant from their specification",
			Why:  "the host's capability bounding set lacks " + strings.Join(p.host.MissingCapabilities, ", "),
		}}, nil
}

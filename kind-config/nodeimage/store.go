package nodeimage

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

const (
	// storeRoot is containerd's folder on a node.
	storeRoot = "var/lib/containerd"
	// bootBudget is how long containerd may take to listen on an empty store; it needs well under a second.
	bootBudget = 30 * time.Second
	bootPoll   = 50 * time.Millisecond
)

// kept are containerd's folders that hold what was imported: blobs, and the database that names them. Nothing is
// unpacked: a node unpacks only what runs on it, and kind copies this folder to a volume for every node.
func kept() []string {
	return []string{"io.containerd.content.v1.content", "io.containerd.metadata.v1.bolt"}
}

// makeStore fills a containerd store with the images of the control plane, by running the node's own containerd here,
// on folders and a socket of its own. No container is needed for it, so there is none to clean up.
func (b *builder) makeStore(ctx context.Context, dir string) (err error) {
	all, err := readArchived(b.dirs.archives)
	if err != nil {
		return err
	}
	state, err := os.MkdirTemp("", "csicert-store-") // a socket's path may not be long
	if err != nil {
		return fmt.Errorf("making containerd's run-time folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(state)) }()
	root, socket := filepath.Join(dir, "root", storeRoot), filepath.Join(state, "c.sock")
	stop, err := b.startContainerd(ctx, root, state, socket)
	if err != nil {
		return err
	}
	for _, one := range all {
		// Pinned as kind pins them: the kubelet's garbage collection must not take what nothing can pull again.
		argv := []string{filepath.Join(b.built("containerd"), "ctr"), "--address", socket, "--namespace", "k8s.io",
			"images", "import", "--label=io.cri-containerd.pinned=pinned", "--all-platforms", "--no-unpack",
			filepath.Join(b.dirs.archives, one.File)}
		if _, err := b.run(ctx, command{argv: argv}); err != nil {
			return errors.Join(fmt.Errorf("importing the image %s: %w", one.Name, err), stop())
		}
	}
	if err := stop(); err != nil {
		return fmt.Errorf("ending containerd: %w", err)
	}
	return keepOnly(root)
}

// startContainerd returns once it listens. The returned function ends it and waits, so that its database is closed.
func (b *builder) startContainerd(ctx context.Context, root, state, socket string) (stop func() error, err error) {
	if err := os.MkdirAll(root, 0o755); err != nil {
		return nil, fmt.Errorf("making containerd's folder: %w", err)
	}
	config := filepath.Join(state, "config.toml")
	// What is disabled would touch folders of a containerd that this machine may run for itself.
	content := fmt.Sprintf(`version = 3
root = %q
state = %q
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime",
  "io.containerd.nri.v1.nri", "io.containerd.internal.v1.opt"]
[grpc]
  address = %q
`, root, filepath.Join(state, "run"), socket)
	if err := os.WriteFile(config, []byte(content), privateFile); err != nil {
		return nil, fmt.Errorf("configuring containerd: %w", err)
	}
	process := exec.CommandContext(ctx, filepath.Join(b.built("containerd"), "containerd"), "--config", config)
	process.Cancel = func() error { return process.Process.Signal(syscall.SIGTERM) }
	process.WaitDelay = killDelay
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	process.Stdout, process.Stderr = &locked{b.runner}, &locked{b.runner}
	if err := process.Start(); err != nil {
		return nil, fmt.Errorf("starting containerd: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	stop = func() error {
		if err := process.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return err
		}
		return <-ended
	}
	if err := listening(ctx, socket, ended); err != nil {
		return nil, errors.Join(fmt.Errorf("waiting for containerd (log in %s): %w", b.logPath, err), process.Process.Kill())
	}
	return stop, nil
}

func listening(ctx context.Context, socket string, ended <-chan error) error {
	ctx, cancel := context.WithTimeout(ctx, bootBudget)
	defer cancel()
	ticker := time.NewTicker(bootPoll)
	defer ticker.Stop()
	var dialer net.Dialer
	for {
		connection, err := dialer.DialContext(ctx, "unix", socket)
		if err == nil {
			return connection.Close()
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case err := <-ended:
			return fmt.Errorf("it ended: %w", err)
		case <-ticker.C:
		}
	}
}

func keepOnly(root string) error {
	entries, err := os.ReadDir(root)
	if err != nil {
		return fmt.Errorf("reading containerd's folder: %w", err)
	}
	found := 0
	for _, entry := range entries {
		if slices.Contains(kept(), entry.Name()) {
			found++
			continue
		}
		if err := os.RemoveAll(filepath.Join(root, entry.Name())); err != nil {
			return fmt.Errorf("tidying containerd's folder: %w", err)
		}
	}
	if found != len(kept()) {
		return fmt.Errorf("containerd keeps its images elsewhere than expected: %d of %v found", found, kept())
	}
	return nil
}

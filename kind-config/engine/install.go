package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// interruptBudget is what a package manager asked to stop gets to leave its database whole.
const interruptBudget = 2 * time.Minute

// policyFile is where Debian's package scripts ask whether they may start a service.
const policyFile = "/usr/sbin/policy-rc.d"

// packages lists what a Docker daemon is made of on Debian; the client is a package of its own in newer releases.
func packages() []string { return []string{"docker.io", "containerd", "runc", "iptables"} }

const clientPackage = "docker-cli"

// install brings dockerd from the distribution's packages, recording first which packages are new to the machine.
func (p *provider) install(ctx context.Context) error {
	wanted := packages()
	p.say("engine: no dockerd here; installing %s from the packages of %s", strings.Join(wanted, ", "), p.release.Name)
	if err := p.apt(ctx, "update", "-q"); err != nil {
		return err
	}
	if _, err := output(ctx, "apt-cache", "show", clientPackage); err == nil {
		wanted = append(wanted, clientPackage)
	} else if ctx.Err() != nil {
		return fmt.Errorf("looking for package %s: %w", clientPackage, ctx.Err())
	}
	plan, err := output(ctx, "apt-get", append([]string{"install", "-s", "--no-install-recommends"}, wanted...)...)
	if err != nil {
		return fmt.Errorf("planning the installation of Docker: %w", err)
	}
	var recorded []string
	if err := p.state.load(packagesFile, &recorded); err != nil {
		return err
	}
	recorded = append(recorded, newPackages(plan)...)
	slices.Sort(recorded)
	if err := p.state.save(packagesFile, slices.Compact(recorded)); err != nil {
		return err
	}
	unhold, err := p.holdServices(policyFile)
	if err != nil {
		return err
	}
	return errors.Join(p.apt(ctx, append([]string{"install", "-y", "-q", "--no-install-recommends"}, wanted...)...), unhold())
}

// newPackages reads apt-get's simulation: an upgrade names the old version in brackets, a new package has none.
func newPackages(plan string) []string {
	var names []string
	for line := range strings.Lines(plan) {
		f := strings.Fields(line)
		if len(f) > 2 && f[0] == "Inst" && !strings.HasPrefix(f[2], "[") {
			names = append(names, f[1])
		}
	}
	return names
}

// apt runs apt-get in a process group of its own, so that Ctrl-C reaches it once, through ctx, and it may finish
// what it unpacked.
func (p *provider) apt(ctx context.Context, args ...string) error {
	command := exec.CommandContext(ctx, "apt-get", args...)
	command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGINT) }
	command.WaitDelay = interruptBudget
	said, err := command.CombinedOutput()
	p.log.Debug("apt-get", "args", args, "output", string(said))
	if err != nil {
		return fmt.Errorf("apt-get %s: %w: %s", strings.Join(args, " "), err, lastLines(string(said), 5))
	}
	return nil
}

// holdServices keeps package scripts from starting a daemon without the flags this host needs. A machine that
// already has a policy, or an init system that will start the service properly, is left alone. The policy lapses
// with this process, so that one left behind by a crash forbids nothing.
func (p *provider) holdServices(policy string) (func() error, error) {
	keep := func() error { return nil }
	if p.systemd {
		return keep, nil
	}
	file, err := os.OpenFile(policy, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return keep, nil
	}
	if err != nil {
		return nil, fmt.Errorf("holding back services during the installation: %w", err)
	}
	_, err = fmt.Fprintf(file, "#!/bin/sh\n[ ! -d /proc/%d ] || exit 101\n", os.Getpid())
	remove := func() error {
		if err := os.Remove(policy); err != nil {
			return fmt.Errorf("removing the temporary service policy: %w", err)
		}
		return nil
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("holding back services during the installation: %w", err), remove())
	}
	return remove, nil
}

// systemd tells whether process 1 is systemd, which alone then starts services.
func systemd(root fs.FS) bool {
	name, err := fs.ReadFile(root, "proc/1/comm")
	return err == nil && strings.TrimSpace(string(name)) == "systemd"
}

// find looks for a program on PATH and where a root shell without sbin on its PATH does not look.
func find(name string) (string, bool) {
	if path, err := exec.LookPath(name); err == nil {
		return path, true
	}
	for _, dir := range systemDirs() {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path, true
		}
	}
	return "", false
}

func systemDirs() []string { return []string{"/usr/local/sbin", "/usr/sbin", "/sbin"} }

// lastLines returns the end of a longer text, in one line for an error message.
func lastLines(text string, count int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) > count {
		lines = lines[len(lines)-count:]
	}
	return strings.Join(lines, " | ")
}

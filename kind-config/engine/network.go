package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"strings"

	"github.com/vishvananda/netlink"
)

// dockerBridge is the link dockerd makes for containers that name no network, and leaves behind.
const dockerBridge = "docker0"

const ipForward = "net.ipv4.ip_forward"

// filters are the two commands of the host's packet filter; a host may have one, both or none.
func filters() []string { return []string{"iptables", "ip6tables"} }

// network is the host's network as it was before dockerd's first start since the machine's: what a daemon does to
// it outlives the daemon.
type network struct {
	Boot       string            // boot id: a reboot has already undone everything
	Bridge     bool              // docker0 was there
	Chains     bool              // so were Docker's chains
	Forwarding uint64            // net.ipv4.ip_forward
	Forward    map[string]string // policy of the chain FORWARD by filter command, of those that could be read
}

// rememberNetwork records the network once per boot, before a daemon is started.
func (p *provider) rememberNetwork(ctx context.Context, boot string) error {
	var before network
	if err := p.state.load(networkFile, &before); err != nil || before.Boot == boot {
		return err
	}
	before = network{Boot: boot, Forward: map[string]string{}}
	var err error
	if before.Bridge, err = hasBridge(); err != nil {
		return err
	}
	if before.Forwarding, err = number(p.root, sysctlPath(ipForward)); err != nil {
		return err
	}
	for _, filter := range filters() {
		saved, err := rules(ctx, filter)
		if errors.As(err, new(*exec.ExitError)) && ctx.Err() == nil {
			continue // the kernel lacks it, and dockerd can do as little with it
		}
		if err != nil {
			return err
		}
		before.Forward[filter] = policyOf(saved, "FORWARD")
		before.Chains = before.Chains || strings.Contains(saved, "\n:DOCKER")
	}
	return p.state.save(networkFile, before)
}

// restoreNetwork takes away what dockerd left: its bridge, its chains and the rules that lead to them, and gives
// FORWARD its policy back. What was there before csicert's first start stays.
func (p *provider) restoreNetwork(ctx context.Context, boot string) error {
	var before network
	if err := p.state.load(networkFile, &before); err != nil || before.Boot != boot {
		return err
	}
	var failed []error
	for filter, forward := range before.Forward {
		if !before.Chains {
			failed = append(failed, forget(ctx, filter, forward))
		}
	}
	if !before.Bridge {
		failed = append(failed, removeBridge())
	}
	if now, err := number(p.root, sysctlPath(ipForward)); err != nil {
		failed = append(failed, err)
	} else if now != before.Forwarding {
		failed = append(failed, write(ipForward, before.Forwarding))
	}
	return errors.Join(failed...)
}

func hasBridge() (bool, error) {
	_, err := netlink.LinkByName(dockerBridge)
	if errors.As(err, new(netlink.LinkNotFoundError)) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking for the link %s: %w", dockerBridge, err)
	}
	return true, nil
}

func removeBridge() error {
	link, err := netlink.LinkByName(dockerBridge)
	if errors.As(err, new(netlink.LinkNotFoundError)) {
		return nil
	}
	if err == nil {
		err = netlink.LinkDel(link)
	}
	if err != nil {
		return fmt.Errorf("removing the link %s: %w", dockerBridge, err)
	}
	return nil
}

// rules prints a packet filter's tables; a host without that filter has none.
func rules(ctx context.Context, filter string) (string, error) {
	command, found := find(filter + "-save")
	if !found {
		return "", nil
	}
	saved, err := output(ctx, command)
	if err != nil {
		return "", fmt.Errorf("reading the packet filter: %w", err)
	}
	return saved, nil
}

// forget takes Docker's chains out of one packet filter, in one transaction per table.
func forget(ctx context.Context, filter, forward string) error {
	saved, err := rules(ctx, filter)
	if err != nil {
		return err
	}
	script := withoutDocker(saved, forward)
	if script == "" {
		return nil
	}
	command, found := find(filter + "-restore")
	if !found {
		return fmt.Errorf("removing Docker's chains: %w", &fs.PathError{Op: "find", Path: filter + "-restore", Err: fs.ErrNotExist})
	}
	restore := exec.CommandContext(ctx, command, "--noflush")
	restore.Stdin = strings.NewReader(script)
	var said bytes.Buffer
	restore.Stdout, restore.Stderr = &said, &said
	if err := restore.Run(); err != nil {
		return fmt.Errorf("removing Docker's chains: %s --noflush: %w: %s", command, err, lastLines(said.String(), 5))
	}
	return nil
}

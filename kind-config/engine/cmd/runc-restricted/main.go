// Command runc-restricted exists because a host whose capability bounding set is not full refuses every
// privileged container: it stands between containerd and runc, takes out of the container's specification what
// this host can never grant, and becomes runc.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"csicert/kind-config/engine/capability"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "runc-restricted: %v\n", err)
		os.Exit(1)
	}
}

// run returns only when runc could not be started: otherwise this process has become it.
func run(args []string) error {
	runc, err := exec.LookPath("runc")
	if err != nil {
		return fmt.Errorf("finding runc: %w", err)
	}
	if path, kind := specOf(args); kind != none {
		host, err := ownLimits()
		if err != nil {
			return err
		}
		if err := rewrite(path, kind, host); err != nil {
			return err
		}
	}
	if err := syscall.Exec(runc, append([]string{runc}, args...), os.Environ()); err != nil {
		return fmt.Errorf("starting %s: %w", runc, err)
	}
	return nil
}

// rewrite edits the specification in place: the file's mode and owner stay those containerd chose.
func rewrite(path string, kind specKind, host limits) error {
	before, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the specification: %w", err)
	}
	after, err := fit(before, kind, host)
	if err != nil {
		return fmt.Errorf("fitting %s to this host: %w", path, err)
	}
	if err := os.WriteFile(path, after, 0o600); err != nil {
		return fmt.Errorf("writing the specification: %w", err)
	}
	return nil
}

// specOf says which file of a runc command line describes a process, and how.
func specOf(args []string) (string, specKind) {
	command, rest := subcommand(args)
	switch command {
	case "create", "run":
		bundle := flagValue(rest, "bundle", "b")
		if bundle == "" {
			bundle = "."
		}
		return filepath.Join(bundle, "config.json"), container
	case "exec":
		if path := flagValue(rest, "process", "p"); path != "" {
			return path, process
		}
	}
	return "", none
}

// subcommand skips runc's global flags; those listed take their value in the next argument.
func subcommand(args []string) (string, []string) {
	for i := 0; i < len(args); i++ {
		switch arg := strings.TrimLeft(args[i], "-"); {
		case arg == args[i]:
			return arg, args[i+1:]
		case arg == "root", arg == "log", arg == "log-format", arg == "criu", arg == "rootless":
			i++
		}
	}
	return "", nil
}

func flagValue(args []string, names ...string) string {
	for i, arg := range args {
		if !strings.HasPrefix(arg, "-") {
			continue
		}
		name, value, joined := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		for _, wanted := range names {
			switch {
			case name != wanted:
			case joined:
				return value
			case i+1 < len(args):
				return args[i+1]
			}
		}
	}
	return ""
}

// ownLimits reads what this process, and so every container it starts, is confined to.
func ownLimits() (limits, error) {
	last, err := os.ReadFile("/proc/sys/kernel/cap_last_cap")
	if err != nil {
		return limits{}, fmt.Errorf("reading the kernel's last capability: %w", err)
	}
	number, err := strconv.Atoi(strings.TrimSpace(string(last)))
	if err != nil {
		return limits{}, fmt.Errorf("reading the kernel's last capability: %w", err)
	}
	status, err := os.Open("/proc/self/status")
	if err != nil {
		return limits{}, fmt.Errorf("reading this process's capabilities: %w", err)
	}
	defer status.Close()
	missing, err := capability.Missing(status, number)
	if err != nil {
		return limits{}, err
	}
	return limits{Missing: missing, Hard: hardLimit}, nil
}

package mount

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	mountutils "k8s.io/mount-utils"

	"csicert/driver/mount/mountpoint"
)

// undoLimit bounds the removal of a mount that came too late.
const undoLimit = 30 * time.Second

// kernel mounts with the kernel's NFS client and mount(8).
type kernel struct {
	local
	mounter mountutils.Interface
}

var _ Mounter = (*kernel)(nil)

func newKernel(ctx context.Context, log *slog.Logger) (*kernel, error) {
	programs := missingPrograms(exec.LookPath)
	known, err := kernelHasNFS()
	if err != nil {
		return nil, err
	}
	for _, module := range []string{"nfsv4", "nfsv3", "nfs"} {
		if known || len(programs) > 0 { // a client that nobody can use is not loaded
			break
		}
		if out, err := exec.CommandContext(ctx, "modprobe", module).CombinedOutput(); err != nil {
			log.Debug("loading a kernel module", "module", module, "error", err, "output", string(out))
		}
		if known, err = kernelHasNFS(); err != nil {
			return nil, err
		}
	}
	if err := unusable(known, programs); err != nil {
		return nil, err
	}
	return &kernel{
		local:   local{prober: &mountpoint.Prober{}},
		mounter: mountutils.NewWithoutSystemd(""),
	}, nil
}

// missingPrograms are those that this image lacks of what mounts NFS by the
// kernel: mount(8), and its helper for NFS, without which the kernel takes
// neither host names nor most options.
func missingPrograms(look func(string) (string, error)) (missing []string) {
	if _, err := look("mount"); err != nil {
		missing = append(missing, "mount")
	}
	for _, folder := range []string{"/sbin", "/usr/sbin"} { // where mount(8) looks
		if _, err := look(folder + "/mount.nfs"); err == nil {
			return missing
		}
	}
	return append(missing, "mount.nfs")
}

// unusable says which of the two is missing, the kernel's client or the
// programs; nil for neither.
func unusable(known bool, programs []string) error {
	var client, image error
	if !known {
		client = errors.New("the kernel has no NFS client: neither nfs nor nfs4 in /proc/filesystems, nor a module to load")
	}
	if len(programs) > 0 {
		image = fmt.Errorf("this image has no %s, and so cannot mount by the kernel's NFS client", strings.Join(programs, " and no "))
	}
	return errors.Join(client, image)
}

func kernelHasNFS() (bool, error) {
	file, err := os.Open("/proc/filesystems")
	if err != nil {
		return false, fmt.Errorf("reading what the kernel can mount: %w", err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) > 0 && slices.Contains([]string{"nfs", "nfs4"}, fields[len(fields)-1]) {
			return true, nil
		}
	}
	return false, nil
}

// Kind is Kernel.
func (*kernel) Kind() string { return Kernel }

// Mount runs mount -t nfs, beside the caller, who leaves with the context.
func (k *kernel) Mount(ctx context.Context, source Source, target string, options []string) error {
	if err := CheckOptions(options); err != nil {
		return err
	}
	state, err := k.Mounted(ctx, target)
	if err != nil {
		return err
	}
	ready, err := state.Holds(source, target)
	if err != nil || ready {
		return err
	}
	if state.Mounted {
		if err := k.Unmount(ctx, target); err != nil {
			return err
		}
	}
	done := make(chan error, 1)
	go func() { done <- k.mounter.Mount(source.String(), target, "nfs", kernelOptions(source, options)) }()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("mounting %s at %s: %w", source, target, err)
		}
		return nil
	case <-ctx.Done():
		go func() {
			if <-done == nil {
				undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoLimit)
				defer cancel()
				_ = k.Unmount(undo, target) // nobody is left to be told
			}
		}()
		return fmt.Errorf("mounting %s at %s: %w", source, target, context.Cause(ctx))
	}
}

// kernelOptions adds what the options leave open: NFSv3 over TCP without
// locks and the ports, unless they ask for version 4, which has one port.
func kernelOptions(source Source, options []string) []string {
	given := split(options)
	asks := func(name string) bool {
		return slices.ContainsFunc(given, func(o string) bool { return strings.HasPrefix(o, name+"=") })
	}
	four := slices.ContainsFunc(given, func(o string) bool {
		return strings.HasPrefix(o, "vers=4") || strings.HasPrefix(o, "nfsvers=4")
	})
	add := func(name, value string) {
		if !asks(name) {
			given = append(given, name+"="+value)
		}
	}
	if !asks("nfsvers") {
		add("vers", "3")
	}
	add("proto", "tcp")
	port := func(name string, number int) {
		if number != 0 {
			given = slices.DeleteFunc(given, func(o string) bool { return strings.HasPrefix(o, name+"=") })
			add(name, strconv.Itoa(number))
		}
	}
	port("port", source.Port)
	if four {
		return given
	}
	if !slices.Contains(given, "lock") && !slices.Contains(given, "nolock") {
		given = append(given, "nolock")
	}
	add("mountproto", "tcp")
	port("mountport", source.MountPort)
	return given
}

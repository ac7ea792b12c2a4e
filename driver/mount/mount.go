// Package mount puts NFS exports on a node's folders, by the kernel's client
// where there is one and by FUSE where there is not, and shows them to pods
// by bind mounts.
//
// FUSE mounts die with the process that serves them, so the node plugin does
// not serve them itself: its Mounter asks a daemon (package daemon, command
// nfsmounter), which lives in a pod of its own, over a Unix socket. Both see
// the same mounts when both mount the kubelet's folder with bidirectional
// propagation at the same path.
package mount

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"csicert/driver/mount/mountpoint"
)

// The kinds of Mounter, and Auto, which takes the first that works.
const (
	Auto   = "auto"
	Kernel = "kernel"
	FUSE   = "fuse"
)

// Source is an exported folder. Ports of 0 are those of the mount options
// port= and mountport=, and without those 2049 and the one that the server's
// port mapper says.
type Source struct {
	Server          string // host name or address
	Port, MountPort int
	Path            string
}

// String is the source as mountinfo shows it.
func (s Source) String() string {
	if strings.Contains(s.Server, ":") {
		return "[" + s.Server + "]:" + s.Path
	}
	return s.Server + ":" + s.Path
}

// ParseSource reads SERVER:/PATH, where an IPv6 address is in brackets.
func ParseSource(text string) (Source, error) {
	server, path, found := strings.Cut(text, ":/")
	if strings.HasPrefix(text, "[") {
		server, path, found = strings.Cut(text[1:], "]:/")
	}
	if !found || server == "" {
		return Source{}, fmt.Errorf("source: found %q, accepted is SERVER:/PATH", text)
	}
	return Source{Server: server, Path: "/" + path}, nil
}

// State is what there is at a folder.
type State struct {
	Mounted bool
	Source  string // what is mounted, as mountinfo shows it
	FSType  string // fuse.nfs3, nfs, nfs4, or that of what is bound there
	Answers bool
	// Dead says that it will not answer again (ENOTCONN, ESTALE, EIO): it is
	// to be unmounted. A mount that neither answers nor is dead hangs.
	Dead bool
	// Why is the reason for not answering.
	Why error
}

// Look finds out what is at target. A mount that is replaced meanwhile is
// looked at again, so that an answer is never another mount's, or the bare
// folder's.
func Look(ctx context.Context, prober *mountpoint.Prober, target string) (State, error) {
	for {
		m, err := mountpoint.At(target)
		if err != nil || m == nil {
			return State{}, err
		}
		why := prober.Probe(ctx, target)
		after, err := mountpoint.At(target)
		if err != nil {
			return State{}, err
		}
		if after != nil && after.ID == m.ID && after.Minor == m.Minor {
			return State{
				Mounted: true, Source: m.Source, FSType: m.FSType,
				Answers: why == nil, Dead: mountpoint.IsDead(why), Why: why,
			}, nil
		}
		if ctx.Err() != nil {
			return State{}, fmt.Errorf("looking at %s: %w", target, context.Cause(ctx))
		}
	}
}

// Holds says whether the source is mounted at target and answers. Its error
// says that something else is mounted there, or something that hangs; no
// and no error mean that the target is free, or its mount dead.
func (s State) Holds(source Source, target string) (bool, error) {
	switch {
	case !s.Mounted || s.Dead:
		return false, nil
	case !s.Answers:
		return false, fmt.Errorf("mounting %s: what is mounted at %s hangs: %w", source, target, s.Why)
	case s.Source != source.String():
		return false, fmt.Errorf("mounting %s: %s is mounted at %s already", source, s.Source, target)
	}
	return true, nil
}

// Mounter mounts on this node. Its methods may be called from many
// goroutines, but for one target from one at a time.
type Mounter interface {
	// Kind is Kernel or FUSE.
	Kind() string
	// Mount mounts the export at target, an existing folder. It does nothing
	// where the same source is mounted and answers, and replaces a dead mount.
	// Another source there, or one that hangs, is an error.
	Mount(ctx context.Context, source Source, target string, options []string) error
	// Bind shows the folder source at the folder target. Options are ro,
	// nosuid, nodev, noexec, noatime. It does nothing where the source is
	// shown already, and replaces a dead mount.
	Bind(ctx context.Context, source, target string, options []string) error
	// Unmount removes what is mounted at target and never hangs: what is busy
	// or does not answer is aborted and detached. Nothing there is no error.
	Unmount(ctx context.Context, target string) error
	// Mounted looks at target; the file system there has mountpoint.ProbeLimit
	// to answer. Its error says that even the looking failed.
	Mounted(ctx context.Context, target string) (State, error)
}

// Settings are what a Mounter needs of its surroundings.
type Settings struct {
	// Socket is the mounter daemon's, for FUSE.
	Socket string
	Log    *slog.Logger
}

// KindError is a kind of Mounter that does not exist.
type KindError struct {
	Found    string
	Accepted []string
}

func (e *KindError) Error() string {
	return fmt.Sprintf("mounter: found %q, accepted are %s", e.Found, strings.Join(e.Accepted, ", "))
}

// New returns the Mounter of a kind. Auto is the kernel's where it knows NFS,
// after an attempt to load that, and this image has what mounts it; else FUSE where /dev/fuse opens; else an
// error that says what is missing.
func New(ctx context.Context, kind string, settings Settings) (Mounter, error) {
	if settings.Log == nil {
		settings.Log = slog.New(slog.DiscardHandler)
	}
	switch kind {
	case Kernel:
		return newKernel(ctx, settings.Log)
	case FUSE:
		return newFUSE(settings)
	case Auto:
	default:
		return nil, &KindError{Found: kind, Accepted: []string{Auto, Kernel, FUSE}}
	}
	byKernel, noKernel := newKernel(ctx, settings.Log)
	if noKernel == nil {
		return byKernel, nil
	}
	byFUSE, noFUSE := newFUSE(settings)
	if noFUSE == nil {
		settings.Log.Info("mounting by FUSE", "because", noKernel)
		return byFUSE, nil
	}
	return nil, fmt.Errorf("no way to mount NFS: %w", errors.Join(noKernel, noFUSE))
}

// local does what needs no server: binding, looking, unmounting.
type local struct {
	prober *mountpoint.Prober
}

// Mounted looks at target.
func (l local) Mounted(ctx context.Context, target string) (State, error) {
	return Look(ctx, l.prober, target)
}

// Unmount removes what is at target.
func (local) Unmount(ctx context.Context, target string) error {
	return mountpoint.Unmount(ctx, target)
}

// Bind shows source at target.
func (l local) Bind(ctx context.Context, source, target string, options []string) error {
	flags, err := bindFlags(options)
	if err != nil {
		return err
	}
	state, err := l.Mounted(ctx, target)
	if err != nil {
		return err
	}
	if state.Mounted {
		same, err := l.shows(target, source)
		switch {
		case err != nil:
			return err
		case same && state.Answers:
			return l.reflag(target, flags)
		case !state.Answers && !state.Dead:
			return fmt.Errorf("binding %s: what is mounted at %s hangs: %w", source, target, state.Why)
		case state.Answers:
			return fmt.Errorf("binding %s: %s is mounted at %s already", source, state.Source, target)
		}
		if err := l.Unmount(ctx, target); err != nil {
			return fmt.Errorf("binding %s: %w", source, err)
		}
	}
	if err := l.prober.Probe(ctx, source); err != nil {
		return fmt.Errorf("binding %s: the source does not answer: %w", source, err)
	}
	return mountpoint.Bind(ctx, source, target, flags)
}

func (local) shows(target, source string) (bool, error) {
	m, err := mountpoint.At(target)
	if err != nil || m == nil {
		return false, err
	}
	return mountpoint.Shows(m, source)
}

// reflag adds the flags that a bind has not yet.
func (local) reflag(target string, flags mountpoint.Flags) error {
	m, err := mountpoint.At(target)
	if err != nil || m == nil {
		return err
	}
	has := mountpoint.FlagsOf(m)
	if has.And(flags) == has {
		return nil
	}
	return mountpoint.Reflag(target, has.And(flags))
}

// device says why a device cannot be opened, nil when it can.
func device(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("FUSE is missing: %w", err)
	}
	return file.Close()
}

// Package share keeps volumes' folders on an NFS server of an administrator's own: it makes them, finds them and removes
// them by NFSv3, without a mount.
//
// Nothing but the server remembers what was made. Beside each folder lies a note, a symbolic link to nowhere whose target
// names the folder's owner: beside a/b it is a/.b.csicert. By it a repeated call is told from another volume's, a folder
// from one that the administrator made, and a volume inside of another is refused. Symbolic links are never followed.
package share

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path"
	"strings"
	"syscall"
	"time"

	"csicert/driver/mount/nfs3"
	"csicert/driver/mount/nfs3/rpc"
)

// Why a folder cannot be made, found or removed. Match with errors.Is; the text says the particulars.
var (
	ErrNotFound    = errors.New("not found")
	ErrTaken       = errors.New("the folder is another's")
	ErrForeign     = errors.New("not as this driver leaves it")
	ErrRefused     = errors.New("the server refuses")
	ErrFull        = errors.New("the server has no room")
	ErrUnreachable = errors.New("the server cannot be reached")
)

const (
	// openLimit bounds the connecting: two connections and three calls.
	openLimit = 20 * time.Second
	// answerLimit bounds a call that has had no answer.
	answerLimit = 10 * time.Second
	// callLimit bounds everything that is done for one caller, who may ask again; a removal then goes on.
	callLimit = 10 * time.Minute
)

// Place is where a folder is.
type Place struct {
	Server string // host name or address
	Share  string // absolute path that the server exports
	Folder string // below the share: local and clean
}

// String is the place as mounts show it.
func (p Place) String() string { return p.Server + ":" + path.Join(p.Share, p.Folder) }

// split parts the folder into those above it and its own name.
func (p Place) split() (above []string, name string) {
	all := strings.Split(p.Folder, "/")
	return all[:len(all)-1], all[len(all)-1]
}

// Folders keeps folders on any server.
type Folders struct {
	Port, MountPort int // TCP; 0: 2049, and what the server's port mapper says
	Portmapper      int // TCP; 0: 111
}

// calls are what of an nfs3.Client this package uses.
type calls interface {
	Root() nfs3.Handle
	Lookup(ctx context.Context, dir nfs3.Handle, name string) (nfs3.Handle, nfs3.Attr, error)
	ReadLink(ctx context.Context, link nfs3.Handle) ([]byte, error)
	ReadDir(ctx context.Context, dir nfs3.Handle, cookie uint64, verifier nfs3.Verifier) ([]nfs3.Entry, nfs3.Verifier, bool, error)
	Mkdir(ctx context.Context, dir nfs3.Handle, name string, as nfs3.SetAttr) (nfs3.Handle, nfs3.Attr, error)
	Symlink(ctx context.Context, dir nfs3.Handle, name, target string, as nfs3.SetAttr) (nfs3.Handle, nfs3.Attr, error)
	SetAttr(ctx context.Context, h nfs3.Handle, change nfs3.SetAttr) (nfs3.Attr, error)
	Remove(ctx context.Context, dir nfs3.Handle, name string) error
	Rmdir(ctx context.Context, dir nfs3.Handle, name string) error
	Space(ctx context.Context) (nfs3.Space, error)
}

// session is a connection to a share.
type session struct{ calls }

// with does work on the place's share, and says in its error what was being done and which of this package's errors it came
// to: none where the caller gave up, or the server has trouble of its own.
func (f Folders) with(caller context.Context, doing string, at Place, work func(context.Context, session) error) error {
	ctx, cancel := context.WithTimeoutCause(caller, callLimit, fmt.Errorf("not done after %s; asked again, it goes on", callLimit))
	defer cancel()
	client, err := f.dial(ctx, at)
	opened := err == nil
	if opened {
		defer client.Close()
		err = work(ctx, session{client})
	}
	if err == nil {
		return nil
	}
	doing += " " + at.String()
	kind := kindOf(err, opened)
	if kind == ErrUnreachable && caller.Err() != nil {
		kind = context.Cause(caller)
	}
	if kind == nil || errors.Is(err, kind) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fmt.Errorf("%s: %w: %w", doing, kind, err)
}

func (f Folders) dial(ctx context.Context, at Place) (*nfs3.Client, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, openLimit, fmt.Errorf("no answer for %s: %w", openLimit, syscall.ETIMEDOUT))
	defer cancel()
	return nfs3.Dial(ctx, nfs3.Config{Server: at.Server, Port: f.Port, MountPort: f.MountPort, Portmapper: f.Portmapper, Path: at.Share, Soft: answerLimit})
}

// kindOf sorts errors; nil is for answers that tell of trouble. A share that does not open is refused, whatever the answer.
func kindOf(err error, opened bool) error {
	for _, known := range []error{ErrNotFound, ErrTaken, ErrForeign} {
		if errors.Is(err, known) {
			return known
		}
	}
	var answered nfs3.Status
	var unwilling *rpc.AcceptError
	switch {
	case errors.As(err, &unwilling), errors.Is(err, rpc.ErrDenied):
		return ErrRefused
	case !errors.As(err, &answered):
		return ErrUnreachable
	case errors.Is(answered, syscall.ENOSPC), errors.Is(answered, syscall.EDQUOT):
		return ErrFull
	case !opened, errors.Is(answered, syscall.EACCES), errors.Is(answered, syscall.EPERM), errors.Is(answered, syscall.EROFS):
		return ErrRefused
	}
	return nil
}

// Space tells how many bytes the share's file system has to give.
func (f Folders) Space(ctx context.Context, server, share string) (int64, error) {
	var space nfs3.Space
	err := f.with(ctx, "measuring", Place{Server: server, Share: share}, func(ctx context.Context, s session) (err error) {
		space, err = s.Space(ctx)
		return err
	})
	return int64(min(space.Available, math.MaxInt64)), err
}

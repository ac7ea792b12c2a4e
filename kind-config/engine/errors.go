package engine

import (
	"fmt"
	"io/fs"
)

// SocketDenied is a Docker socket the user may not use.
type SocketDenied struct {
	Socket       string
	User         string
	Owner, Group string
	Mode         fs.FileMode
}

func (e *SocketDenied) Error() string {
	return fmt.Sprintf("docker socket %s: user %s may not use it (owner %s, group %s, mode %04o); accepted: a member of group %s, or root",
		e.Socket, e.User, e.Owner, e.Group, e.Mode.Perm(), e.Group)
}

// BadInput marks what the user can mend.
func (*SocketDenied) BadInput() bool { return true }

// Unreachable is a Docker endpoint the user chose and at which no daemon answers.
type Unreachable struct {
	Setting string // what names it, such as "DOCKER_HOST" or `docker context "remote"`
	Address string
	Answer  string // what was found instead of a daemon
}

func (e *Unreachable) Error() string {
	return fmt.Sprintf("%s is %s, where no Docker daemon answers (%s); accepted: the address of a running daemon, or %s unset",
		e.Setting, e.Address, e.Answer, e.Setting)
}

// BadInput marks what the user can mend.
func (*Unreachable) BadInput() bool { return true }

// NoEngine is a machine on which csicert can provide no Docker daemon itself.
type NoEngine struct {
	Found string // why not, such as "the user is not root"
}

func (e *NoEngine) Error() string {
	return fmt.Sprintf("no Docker daemon answers and csicert cannot provide one (%s): install Docker 20.10 or later and start its daemon, "+
		"or run csicert as root on Debian or Ubuntu", e.Found)
}

// BadInput marks what the user can mend.
func (*NoEngine) BadInput() bool { return true }

// NoSpace is a file system with too little room.
type NoSpace struct {
	Path        string
	Found, Need uint64 // bytes
}

func (e *NoSpace) Error() string {
	const gib = 1 << 30
	return fmt.Sprintf("disk space at %s: found %.1f GiB free, accepted is %.1f GiB or more",
		e.Path, float64(e.Found)/gib, float64(e.Need)/gib)
}

// BadInput marks what the user can mend.
func (*NoSpace) BadInput() bool { return true }

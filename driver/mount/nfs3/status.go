package nfs3

import (
	"fmt"
	"syscall"
)

// Status is an nfsstat3 other than NFS3_OK; it unwraps to the nearest errno.
type Status uint32

// BadCookie says that a directory cannot be read on from a cookie.
const BadCookie Status = 10003

// The states that this package itself acts on.
const (
	statusNoEntry Status = 2
	statusExists  Status = 17
	statusNotSync Status = 10002
	statusJukebox Status = 10008
)

func (s Status) Error() string {
	return fmt.Sprintf("NFS status %d: %v", uint32(s), s.Unwrap())
}

// Unwrap gives the errno that the kernel's client gives for the status.
func (s Status) Unwrap() error {
	switch s {
	case 63:
		return syscall.ENAMETOOLONG
	case 66:
		return syscall.ENOTEMPTY
	case 69:
		return syscall.EDQUOT
	case 70, 10001: // stale and badly formed handles
		return syscall.ESTALE
	case 71:
		return syscall.EREMOTE
	case statusNotSync:
		return syscall.EAGAIN
	case BadCookie:
		return syscall.EINVAL
	case 10004:
		return syscall.ENOTSUP
	case 10005:
		return syscall.EOVERFLOW
	case 10006:
		return syscall.EREMOTEIO
	case 10007:
		return syscall.EINVAL
	}
	if s < 32 { // these share their numbers with errno
		return syscall.Errno(s)
	}
	return syscall.EIO
}

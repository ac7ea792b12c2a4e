package ganeshatest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const portmapperPort = 111

// Lock keeps the starts of servers on this machine apart: each takes the
// registration of NFSv3 at the one rpcbind from the other, which does no
// harm, but two that do so at the same time both give up.
func Lock(t testing.TB) (unlock func()) {
	t.Helper()
	file, err := os.OpenFile(filepath.Join("/tmp", "csicert-ganeshatest.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatalf("opening the lock of server starts: %v", err)
	}
	for {
		err = unix.Flock(int(file.Fd()), unix.LOCK_EX)
		if err != unix.EINTR {
			break
		}
	}
	if err != nil {
		t.Fatalf("locking server starts: %v", err)
	}
	return func() { _ = file.Close() } // which unlocks
}

// startPortmapper starts rpcbind where none answers.
func startPortmapper(t testing.TB) {
	t.Helper()
	if listening(portmapperPort) {
		return
	}
	if err := exec.Command("rpcbind", "-w").Run(); err != nil {
		t.Fatalf("starting rpcbind: %v", err)
	}
	for limit := time.Now().Add(startLimit); !listening(portmapperPort); {
		if time.Now().After(limit) {
			t.Fatalf("rpcbind does not answer after %v", startLimit)
		}
		<-time.After(look)
	}
}

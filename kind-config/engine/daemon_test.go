package engine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	. "github.com/onsi/gomega"
)

// fakeSocket tells this test binary, run as a daemon, where to serve.
const fakeSocket = "CSICERT_FAKE_SOCKET"

// TestFakeDaemon is the daemon the other tests start: it serves Docker's sign of life until it is stopped.
func TestFakeDaemon(t *testing.T) {
	socket := os.Getenv(fakeSocket)
	if socket == "" {
		t.Skip("run only as the daemon of other tests")
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Fatal(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "OK") })))
}

// workshop is a provider whose state, sockets and process ids are the test's own; processes are this machine's.
func workshop(t *testing.T) (*provider, *bytes.Buffer) {
	t.Helper()
	var said bytes.Buffer
	p := newProvider(Options{StateDir: t.TempDir(), Out: &said}.withDefaults(), full())
	p.runDir, p.systemd = t.TempDir(), false
	return p, &said
}

func TestStartedDaemonIsRecordedAndStopped(t *testing.T) {
	g := NewWithT(t)
	p, said := workshop(t)
	t.Setenv(fakeSocket, p.socket())
	g.Expect(p.start(t.Context(), os.Args[0], []string{"-test.run=^TestFakeDaemon$"}, []Adaptation{{What: "w", Why: "y"}})).To(Succeed())
	ours, alive, err := p.recorded()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(alive).To(BeTrue())
	g.Expect(ours.Adaptations).To(Equal([]Adaptation{{What: "w", Why: "y"}}))
	g.Expect(os.MkdirAll(filepath.Join(p.state.path(binDir), "sum"), 0o700)).To(Succeed())
	g.Expect(p.run(t.Context(), "/nonexistent/dockerd")).To(Succeed(), "a daemon of ours that runs is waited for, not started again")

	g.Expect(p.stop(t.Context())).To(BeTrue())
	g.Expect(ours.alive(p.root)).To(BeFalse())
	g.Expect(said.String()).To(ContainSubstring("process " + strconv.Itoa(ours.PID)))
	left, err := os.ReadDir(p.StateDir)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(left).To(HaveLen(1), "only the lock stays")
	g.Expect(p.stop(t.Context())).To(BeFalse())
}

func TestStopLeavesARecycledProcessAlone(t *testing.T) {
	g := NewWithT(t)
	p, _ := workshop(t)
	self, found, err := identify(p.root, os.Getpid())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(found).To(BeTrue())
	self.Start++
	g.Expect(p.state.save(daemonFile, daemon{identity: self})).To(Succeed())
	g.Expect(p.state.save(packagesFile, []string{"runc"})).To(Succeed())
	g.Expect(p.stop(t.Context())).To(BeFalse())
	g.Expect(Packages(p.Options)).To(Equal([]string{"runc"}))
}

func TestADaemonThatEndsSaysHow(t *testing.T) {
	g := NewWithT(t)
	p, _ := workshop(t)
	script := filepath.Join(t.TempDir(), "dockerd")
	g.Expect(os.WriteFile(script, []byte("#!/bin/sh\necho starting\necho boom\nexit 3\n"), 0o700)).To(Succeed())
	err := p.start(t.Context(), script, nil, nil)
	g.Expect(err).To(MatchError(And(ContainSubstring("exit status 3"), ContainSubstring("starting | boom"), ContainSubstring(p.state.path(logFile)))))
}

func TestAwaitGivesUpOnAStrangerThatIsGone(t *testing.T) {
	p, _ := workshop(t)
	err := p.await(t.Context(), identity{PID: 1, Start: 1, Boot: "another"}, nil)
	NewWithT(t).Expect(err).To(MatchError(ContainSubstring("process 1, ended before it answered")))
}

func TestClearStale(t *testing.T) {
	g := NewWithT(t)
	p, said := workshop(t)
	stale := filepath.Join(p.runDir, "docker.pid")
	g.Expect(os.WriteFile(stale, []byte(strconv.Itoa(os.Getpid())), 0o600)).To(Succeed())
	g.Expect(p.clearStale()).To(Succeed())
	g.Expect(stale).NotTo(BeAnExistingFile())
	g.Expect(said.String()).To(ContainSubstring("removed " + stale))

	g.Expect(os.WriteFile(stale, []byte("7"), 0o600)).To(Succeed())
	p.root = machine(map[string]string{"proc/7/stat": "7 (dockerd) S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 11 0 5 1 2 3\n"})
	g.Expect(p.clearStale()).To(MatchError(And(ContainSubstring("process 7"), ContainSubstring("does not answer"))))
	g.Expect(stale).To(BeAnExistingFile())
}

func TestLockKeepsOthersOutAndHonoursCancellation(t *testing.T) {
	g := NewWithT(t)
	p, _ := workshop(t)
	unlock, err := p.state.lock(t.Context())
	g.Expect(err).NotTo(HaveOccurred())
	late, cancel := context.WithTimeout(t.Context(), lookInterval)
	defer cancel()
	_, err = p.state.lock(late)
	g.Expect(errors.Is(err, context.DeadlineExceeded)).To(BeTrue(), "%v", err)
	unlock()
	again, err := p.state.lock(t.Context())
	g.Expect(err).NotTo(HaveOccurred())
	again()
}

func TestServicesAreHeldOnlyDuringTheInstallation(t *testing.T) {
	g := NewWithT(t)
	p, _ := workshop(t)
	policy := filepath.Join(t.TempDir(), "policy-rc.d")
	release, err := p.holdServices(policy)
	g.Expect(err).NotTo(HaveOccurred())
	_, err = output(t.Context(), "sh", policy)
	g.Expect(err).To(MatchError(ContainSubstring("exit status 101")))
	g.Expect(release()).To(Succeed())
	g.Expect(policy).NotTo(BeAnExistingFile())

	g.Expect(os.WriteFile(policy, []byte("theirs"), 0o600)).To(Succeed())
	release, err = p.holdServices(policy)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(release()).To(Succeed())
	g.Expect(os.ReadFile(policy)).To(BeEquivalentTo("theirs"))
}

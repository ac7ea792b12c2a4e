package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

func TestWarnings(t *testing.T) {
	confined := full()
	confined.MissingCapabilities = []string{"CAP_SYS_RESOURCE"}
	few := full()
	few.InotifyInstances = 128
	here, there := endpoint{Address: "unix://" + defaultSocket}, endpoint{Setting: "DOCKER_HOST", Address: "tcp://h:1"}
	for name, c := range map[string]struct {
		host    Host
		started bool
		at      endpoint
		runtime string
		says    string // empty: nothing
	}{
		"a full host":                         {full(), false, here, "runc", ""},
		"a stock runtime on a restricted one": {confined, false, here, "runc", "cannot start privileged containers: its runtime runc asks for CAP_SYS_RESOURCE"},
		"the wrapper":                         {confined, true, here, wrapperRuntime, ""},
		"another machine":                     {confined, false, there, "runc", ""},
		"few inotify instances":               {few, false, here, "runc", "fs.inotify.max_user_instances is 128"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			p, _ := workshop(t)
			p.host = c.host
			got := p.warnings(c.started, c.at, daemonInfo{Runtime: c.runtime})
			if c.says == "" {
				g.Expect(got).To(BeEmpty())
				return
			}
			g.Expect(got).To(ConsistOf(ContainSubstring(c.says)))
		})
	}
}

// fakeClient is a docker client that gives one answer to everything.
func fakeClient(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "docker")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestExisting(t *testing.T) {
	refuses := "echo 'Cannot connect to the Docker daemon' >&2; exit 1"
	answers := `case $1 in version) echo 27.0.1;; info) printf '/\nrunc\noverlay2\n';; esac`
	nowhere := "unix:///nonexistent/docker.sock"
	for name, c := range map[string]struct {
		script  string
		at      endpoint
		version string
		says    string
	}{
		"a daemon that answers is used":        {answers, endpoint{Address: nowhere}, "27.0.1", ""},
		"none at the default endpoint":         {refuses, endpoint{Address: nowhere}, "", ""},
		"none where DOCKER_HOST points":        {refuses, endpoint{Setting: "DOCKER_HOST", Address: nowhere}, "", "DOCKER_HOST is " + nowhere + ", where no Docker daemon answers (Cannot connect"},
		"an answer that is no list of 3 lines": {"echo one", endpoint{Setting: "DOCKER_HOST", Address: nowhere}, "", `"one\n", want three lines`},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			p, _ := workshop(t)
			p.host = full()
			e, err := p.existing(t.Context(), fakeClient(t, c.script), c.at)
			if c.says != "" {
				g.Expect(err).To(MatchError(ContainSubstring(c.says)))
				return
			}
			g.Expect(err).NotTo(HaveOccurred())
			if c.version == "" {
				g.Expect(e).To(BeNil())
				return
			}
			g.Expect(e.Version).To(Equal(c.version))
			g.Expect(e.StorageDriver).To(Equal("overlay2"))
			g.Expect(e.Started).To(BeFalse())
		})
	}
}

func TestExistingDaemonWithTooLittleRoomIsRefused(t *testing.T) {
	p, _ := workshop(t)
	p.NeedBytes = 1 << 62
	client := fakeClient(t, `case $1 in version) echo 27.0.1;; info) printf '/\nrunc\noverlay2\n';; esac`)
	_, err := p.existing(t.Context(), client, endpoint{Address: "unix:///nonexistent/docker.sock"})
	var refused *NoSpace
	NewWithT(t).Expect(errors.As(err, &refused)).To(BeTrue(), "%v", err)
}

func TestExistingHonoursCancellation(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p, _ := workshop(t)
	_, err := p.existing(ctx, fakeClient(t, "exit 1"), endpoint{Address: "unix:///nonexistent/docker.sock"})
	NewWithT(t).Expect(err).To(MatchError(context.Canceled))
}

func TestEndpointOf(t *testing.T) {
	for name, c := range map[string]struct{ host, script, setting, address string }{
		"DOCKER_HOST wins":   {"tcp://h:1", "echo other tcp://c:2", "DOCKER_HOST", "tcp://h:1"},
		"the chosen context": {"", "echo other tcp://c:2", `docker context "other"`, "tcp://c:2"},
		"the default":        {"", "echo default unix:///var/run/docker.sock", "", "unix:///var/run/docker.sock"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			t.Setenv("DOCKER_HOST", c.host)
			got, err := endpointOf(t.Context(), fakeClient(t, c.script))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(got).To(Equal(endpoint{Setting: c.setting, Address: c.address}))
		})
	}
}

func TestContentHashFollowsTheSource(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	_, err := contentHash(dir)
	g.Expect(err).To(MatchError(ContainSubstring("no Go files in " + dir)))
	hash := func(text string) string {
		g.Expect(os.WriteFile(filepath.Join(dir, "a.go"), []byte(text), 0o600)).To(Succeed())
		sum, err := contentHash(dir)
		g.Expect(err).NotTo(HaveOccurred())
		return sum
	}
	first := hash("package a")
	g.Expect(hash("package b")).NotTo(Equal(first))
	g.Expect(hash("package a")).To(Equal(first))
}

package main

import (
	"bufio"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"csicert/framework/agent"
	"csicert/framework/payload"
)

const (
	maxSize  = 6_000_000        // bytes of the program: it is copied into every node
	patience = 20 * time.Second // for what takes milliseconds on an idle machine
	glance   = 5 * time.Millisecond
)

// asProgram in the environment makes this test binary the program. Tests of a program built beside them would be
// answered from Go's test cache after the program has changed.
const asProgram = "AGENT_TEST_IS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

func TestProgram(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(asProgram, "1")
	t.Run("fills", func(t *testing.T) { fills(t, program) })
	t.Run("reaps and ends on a signal", func(t *testing.T) {
		for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
			holds(t, program, sig)
		}
	})
	t.Run("leaves nothing of a put that was stopped", func(t *testing.T) { stopped(t, program) })
}

func TestTheShippedProgramIsSmallAndStatic(t *testing.T) {
	program := filepath.Join(t.TempDir(), "agent")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	info, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > maxSize {
		t.Errorf("%d bytes", info.Size())
	}
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("needs a dynamic linker: %v", p.Type)
		}
	}
}

func fills(t *testing.T, program string) {
	dir, tree := t.TempDir(), payload.Small(9)
	out, err := exec.CommandContext(t.Context(), program, agent.Fill{Tree: tree, Dir: dir}.Args()...).Output()
	if err != nil {
		t.Fatal(err)
	}
	got, err := agent.Decode[payload.Manifest](strings.NewReader(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	want, err := payload.Walk(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if d := payload.Diff(want, got); len(d) != 0 || len(got.Entries) == 0 {
		t.Errorf("%v", d)
	}
	var exit *exec.ExitError
	err = exec.CommandContext(t.Context(), program, "fill", "-kind", "huge", dir).Run()
	if !errors.As(err, &exit) || exit.ExitCode() != agent.ExitUsage {
		t.Errorf("bad kind: %v", err)
	}
}

func holds(t *testing.T, program string, sig syscall.Signal) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	// The shell leaves two children to the program that takes its place, one of which ends at once.
	cmd := exec.CommandContext(ctx, "sh", "-c", `true & sleep 0.2 >&- 2>&- & exec "$0" hold`, program)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "holding\n" {
		t.Errorf("printed %q, %v", line, err)
	}
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for left := "?"; left != ""; {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", cmd.Process.Pid, cmd.Process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		left = string(raw)
		select {
		case <-ctx.Done():
			t.Fatalf("not reaped: %s", left)
		case <-tick.C:
		}
	}
	if err := cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("on %v: %v", sig, err)
	}
}

func stopped(t *testing.T, program string) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	dir := t.TempDir()
	cmd := exec.CommandContext(ctx, program, agent.Put{Name: "n", Dir: dir}.Args()...)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := stdin.Write([]byte("half")); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) == 1 {
			if entries[0].Name() == "n" {
				t.Fatal("the name is there before the bytes are")
			}
			break
		}
		select {
		case <-ctx.Done():
			t.Fatal("it never began")
		case <-tick.C:
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != agent.ExitFailed {
		t.Errorf("ended with %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("left: %v, %v", entries, err)
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"csicert/driver/mount/fusenfs"
	"csicert/driver/mount/ganeshatest"
	"csicert/driver/mount/mountpoint"
)

// actVariable makes the test binary the command itself.
const actVariable = "NFSMOUNTER_TEST_ACT"

func TestMain(m *testing.M) {
	if os.Getenv(actVariable) != "" {
		os.Exit(run(os.Args))
	}
	os.Exit(m.Run())
}

// command runs the binary under a name and returns its exit code and output.
func command(t *testing.T, name string, arguments ...string) (int, string) {
	t.Helper()
	c := &exec.Cmd{Path: os.Args[0], Args: append([]string{name}, arguments...)}
	c.Env = append(os.Environ(), actVariable+"=1")
	path, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	c.Path = path
	out, err := c.CombinedOutput() // which ends only when no process holds the output
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return c.ProcessState.ExitCode(), string(out)
}

func TestMountHelper(t *testing.T) {
	server := ganeshatest.Run(t, t.TempDir())
	source := ganeshatest.Host + ":" + server.Export
	ports := fmt.Sprintf("port=%d,mountport=%d", server.Port, server.MountPort)
	for name, arguments := range map[string][]string{
		"/sbin/mount.nfs":  {source, "TARGET", "-v", "-o", "rw,nolock," + ports},
		"/sbin/mount.nfs4": {source, "TARGET", "-o", "rw,vers=4.1," + ports},
		"nfsmounter":       {"mount", "-r", source, "TARGET", "-o", ports},
	} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			target := t.TempDir()
			for i := range arguments {
				arguments[i] = strings.ReplaceAll(arguments[i], "TARGET", target)
			}
			if code, out := command(t, name, arguments...); code != 0 || out != "" {
				t.Fatalf("exit %d: %s", code, out)
			}
			m, err := mountpoint.At(target)
			if err != nil || m == nil || m.FSType != fusenfs.FSType || m.Source != source {
				t.Fatalf("mounted %+v, %v", m, err)
			}
			if readOnly := mountpoint.FlagsOf(m).ReadOnly; readOnly != (name == "nfsmounter") {
				t.Errorf("read-only is %v", readOnly)
			}
			if _, err := os.ReadDir(target); err != nil {
				t.Error(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			if err := mountpoint.Unmount(ctx, target); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFailures(t *testing.T) {
	target := t.TempDir()
	for name, c := range map[string]struct {
		arguments []string
		code      int
		says      string
	}{
		"no server":         {[]string{"127.0.0.1:/x", target, "-o", "mountport=1"}, exitMount, "refused"},
		"no source":         {[]string{"/x", target}, exitMount, "SERVER:/PATH"},
		"an unknown option": {[]string{"h:/x", target, "-o", "colour=blue"}, exitMount, "colour=blue"},
		"fake":              {[]string{"-f", "h:/x", target}, 0, ""},
		"fake and sloppy":   {[]string{"-fs", "h:/x", target, "-o", "colour=blue"}, 0, ""},
		"no folder":         {[]string{"h:/x"}, exitUsage, "arg"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out := command(t, "mount.nfs", c.arguments...)
			if code != c.code || !strings.Contains(out, c.says) || strings.Count(out, "\n") > 1 {
				t.Fatalf("exit %d, want %d: %s", code, c.code, out)
			}
		})
	}
}

package protocol

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"github.com/onsi/gomega/gbytes"

	"csicert/driver/fault"
	"csicert/driver/filer"
	"csicert/driver/filer/store"
	"csicert/driver/nfs"
	"csicert/framework/orchestrator"
	"csicert/framework/run/build"
)

const gib = 1 << 30

// still has no clients that could be held.
type still struct{}

func (still) Freeze(context.Context) (func() error, error) { return func() error { return nil }, nil }

// site is the bundled driver's controller with its faults, over real stores in two zones, at a socket.
type site struct {
	socket string
	stores []*store.Store
}

// said is what all sites and their faults have logged.
var said = gbytes.NewBuffer()

// program is csi-sanity, as TestMain built it.
var program string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		folder, err := os.MkdirTemp("", "sanity")
		if err == nil {
			program = filepath.Join(folder, "csi-sanity")
			var said []byte
			if said, err = exec.Command("go", "build", "-o", program, build.SanityPackage).CombinedOutput(); err != nil {
				err = fmt.Errorf("building csi-sanity: %w: %s", err, said)
			}
		}
		flag.Parse()
		slog.SetDefault(slog.New(slog.NewTextHandler(said, nil))) // where faults write
		if err == nil {
			err = flag.Set("test.parallel", "16") // most of what these tests do is to wait
		}
		code := 1
		if err == nil {
			code = m.Run()
		}
		if err = errors.Join(err, os.RemoveAll(folder)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
		return code
	}())
}

// newSite serves the controller, inside of the decorator if there is one, until the test ends.
func newSite(t *testing.T, around func(csi.ControllerServer) csi.ControllerServer) site {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var s site
	log := slog.New(slog.NewTextHandler(said, &slog.HandlerOptions{Level: slog.LevelDebug}))
	filers, exports := map[string]filer.Filer{}, map[string]string{}
	for _, zone := range []string{"a", "b"} {
		one, err := store.Open(store.Options{Dir: t.TempDir(), Capacity: 1000 * gib, Freezer: still{}, Now: time.Now, Log: log})
		must(err)
		filers[zone], exports[zone] = one, one.Export()
		s.stores = append(s.stores, one)
	}
	controller := fault.NewController(func(filers map[string]filer.Filer) csi.ControllerServer {
		return nfs.NewController(nfs.ControllerOptions{Filers: filers, Exports: exports, Log: log})
	}, filers)
	if around != nil {
		controller = around(controller)
	}
	folder, err := os.MkdirTemp("/tmp", "prot") // a socket's path has to be short
	must(err)
	s.socket = filepath.Join(folder, "csi.sock")
	ctx, stop := context.WithCancel(context.Background())
	listener, err := nfs.Listen(ctx, "unix://"+s.socket)
	must(err)
	ended := make(chan error, 1)
	go func() {
		ended <- nfs.Serve(ctx, listener, nfs.Services{Identity: nfs.NewIdentity(nfs.DriverName, "test", nil), Controller: controller}, log)
	}()
	t.Cleanup(func() {
		stop()
		must(<-ended)
		must(os.RemoveAll(folder))
	})
	return s
}

func (s site) dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "unix", s.socket)
}

// left counts the volumes and snapshots on the stores.
func (s site) left(ctx context.Context) (n int, err error) {
	for _, one := range s.stores {
		volumes, err := one.Volumes(ctx)
		if err != nil {
			return 0, err
		}
		shots, err := one.Snapshots(ctx)
		if err != nil {
			return 0, err
		}
		n += len(volumes) + len(shots)
	}
	return n, nil
}

// outcome is how a judgement ended, and at which line of this package's.
type outcome struct{ kind, text, at string }

// folder of this package below the checkout.
const folder = "suites/protocol/"

// ended is an outcome at the line of the specs that is being run.
func ended(kind, text string) outcome {
	callers := make([]uintptr, 32)
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers)])
	for frame, more := frames.Next(); ; frame, more = frames.Next() {
		file := filepath.ToSlash(frame.File)
		if at := strings.LastIndex(file, folder); at >= 0 && !strings.HasSuffix(file, "_test.go") {
			return outcome{kind, text, fmt.Sprintf("%s:%d", file[at:], frame.Line)}
		}
		if !more {
			return outcome{kind, text, "nowhere"}
		}
	}
}

const (
	passed      = "passed"
	failed      = "failed"
	blocked     = "blocked"
	unsupported = "unsupported"
)

// referee ends a judgement by a panic with its outcome.
type referee struct{ t *testing.T }

func (referee) Fail(text string)                { panic(ended(failed, text)) }
func (referee) Blocked(call, why string)        { panic(ended(blocked, call+": "+why)) }
func (referee) Unsupported(sentence string)     { panic(ended(unsupported, sentence)) }
func (r referee) Say(format string, all ...any) { r.t.Logf(format, all...) }

// judged makes a judgement at the site, of a driver with the fault if there is one.
func (s site) judged(t *testing.T, judge judgement, defect string, patience time.Duration) (o outcome, undone error) {
	t.Helper()
	parameters := map[string]string{}
	if defect != "" {
		parameters[fault.Parameter] = defect
	}
	var segments []*csi.Topology
	for _, zone := range []string{"a", "b"} {
		segments = append(segments, &csi.Topology{Segments: map[string]string{nfs.ZoneKey: zone}})
	}
	co, err := orchestrator.Open(t.Context(), orchestrator.Options{
		Dial: s.dial, Prefix: "csicert-test-prot", Size: gib, Segments: segments, Call: 10 * time.Second, Patience: patience, SanityProgram: program,
		Logs: func(context.Context) (map[string]string, error) {
			return map[string]string{"driver": string(said.Contents())}, nil
		},
		Volume: orchestrator.Class{Parameters: parameters}, Snapshot: orchestrator.Class{Parameters: parameters},
		Capability: &csi.VolumeCapability{AccessType: &csi.VolumeCapability_Mount{Mount: &csi.VolumeCapability_MountVolume{}},
			AccessMode: &csi.VolumeCapability_AccessMode{Mode: csi.VolumeCapability_AccessMode_SINGLE_NODE_WRITER}},
	}, referee{t})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		undone = co.Undo(context.WithoutCancel(t.Context()))
		if err := co.Close(); err != nil {
			t.Error(err)
		}
	}()
	defer func() {
		switch why := recover().(type) {
		case nil:
		case outcome:
			o = why
		default:
			panic(fmt.Sprint(why))
		}
	}()
	judge(t.Context(), co)
	return outcome{kind: passed}, nil
}

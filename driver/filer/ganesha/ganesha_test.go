package ganesha_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"csicert/driver/filer/ganesha"
	"csicert/driver/mount/ganeshatest"
	"csicert/driver/mount/nfs3"
)

const host = "127.0.0.1"

// patience is for what the server does by and by. Nothing tells when it has.
const (
	patience = 30 * time.Second
	look     = 50 * time.Millisecond
)

var here = []netip.Addr{netip.MustParseAddr(host)}

// options are a folder to export, with ports that are free. Where the server cannot run the test fails and says what it
// needs.
func options(t *testing.T, clients []netip.Addr) ganesha.Options {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("this test runs an NFS server: run it as root")
	}
	for _, program := range []string{"ganesha.nfsd", "rpcbind"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("this test needs %s: apt-get install -y --no-install-recommends nfs-ganesha nfs-ganesha-vfs rpcbind", program)
		}
	}
	return ganesha.Options{Export: t.TempDir(), Dir: t.TempDir(), Port: freePort(t), MountPort: freePort(t), Clients: clients}
}

// freePort is below those that the kernel gives to clients.
func freePort(t *testing.T) int {
	t.Helper()
	for range 100 {
		port := 15000 + rand.IntN(5000)
		if listener, err := net.Listen("tcp", ":"+strconv.Itoa(port)); err == nil {
			must(t, listener.Close())
			return port
		}
	}
	t.Fatal("no free port found")
	return 0
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func start(t *testing.T, o ganesha.Options) *ganesha.Server {
	t.Helper()
	defer ganeshatest.Lock(t)() // of other packages' servers
	s, err := ganesha.Start(t.Context(), o, slog.New(slog.DiscardHandler))
	must(t, err)
	t.Cleanup(func() { must(t, s.Stop()) })
	return s
}

// mounted is a client of the export, once the server lets it in.
func mounted(t *testing.T, o ganesha.Options) *nfs3.Client {
	t.Helper()
	var client *nfs3.Client
	eventually(t, "the export is not mounted", func(ctx context.Context) (err error) {
		client, err = nfs3.Dial(ctx, nfs3.Config{Server: host, Port: o.Port, MountPort: o.MountPort, Path: o.Export})
		return err
	})
	t.Cleanup(client.Close)
	return client
}

// eventually repeats what fails until it does not.
func eventually(t *testing.T, what string, do func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		err := do(ctx)
		if err == nil {
			return
		}
		select {
		case <-time.After(look):
		case <-ctx.Done():
			t.Fatalf("%s within %s: %v", what, patience, err)
		}
	}
}

func TestStartServesTheExport(t *testing.T) {
	o := options(t, here)
	must(t, os.WriteFile(filepath.Join(o.Export, "file"), []byte("content"), 0o600))
	s := start(t, o)
	client := mounted(t, o)
	h, _, err := client.Lookup(t.Context(), client.Root(), "file")
	must(t, err)
	if got, _, err := client.Read(t.Context(), h, 0, 100); err != nil || string(got) != "content" {
		t.Errorf("read %q, %v", got, err)
	}
	select {
	case <-s.Done():
		t.Error(s.Err())
	default:
	}
	must(t, s.Stop())
	<-s.Done()
	if err := s.Err(); err == nil || !strings.Contains(err.Error(), "ended") {
		t.Errorf("of its end it says %v", err)
	}
}

func TestStartRefusesWhatCannotBe(t *testing.T) {
	good := options(t, here)
	for field, spoil := range map[string]func(*ganesha.Options){
		"Export":    func(o *ganesha.Options) { o.Export = "relative" },
		"Dir":       func(o *ganesha.Options) { o.Dir = "/with\"quote" },
		"Port":      func(o *ganesha.Options) { o.Port = 0 },
		"MountPort": func(o *ganesha.Options) { o.MountPort = 70000 },
	} {
		o := good
		spoil(&o)
		_, err := ganesha.Start(t.Context(), o, slog.New(slog.DiscardHandler))
		var bad *ganesha.BadOptionError
		if !errors.As(err, &bad) || bad.Field != field || bad.Accepted == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// A client that was let in writes all the time. Once Freeze has returned nothing on the disk changes, and after the thaw
// the writing goes on where it stood: no write was lost, none was refused.
func TestFreezeHoldsWritesAndThawLetsThemGoOn(t *testing.T) {
	o := options(t, here)
	s := start(t, o)
	client := mounted(t, o)
	h, _, err := client.Create(t.Context(), client.Root(), "file", nfs3.SetAttr{})
	must(t, err)
	writing, stop := context.WithCancel(t.Context())
	type end struct {
		written int
		err     error
	}
	ended := make(chan end, 1)
	go func() {
		n := 0
		for writing.Err() == nil {
			if _, err := client.Write(t.Context(), h, uint64(n), []byte("x"), nfs3.FileSync); err != nil {
				ended <- end{n, err}
				return
			}
			n++
		}
		ended <- end{n, nil}
	}()
	size := func() int64 {
		info, err := os.Stat(filepath.Join(o.Export, "file"))
		must(t, err)
		return info.Size()
	}
	grows := func(from int64) func(context.Context) error {
		return func(context.Context) error {
			if now := size(); now <= from {
				return fmt.Errorf("the file has %d bytes still", now)
			}
			return nil
		}
	}
	eventually(t, "nothing is written", grows(0))

	thaw, err := s.Freeze(t.Context())
	must(t, err)
	frozen := size()
	for range 20 { // as long as many writes take that are not held
		time.Sleep(look)
		if now := size(); now != frozen {
			t.Fatalf("the file grew from %d to %d bytes while the server was frozen", frozen, now)
		}
	}
	impatient, cancel := context.WithTimeout(t.Context(), look)
	defer cancel()
	if _, err := s.Freeze(impatient); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a second copy at the same time: %v", err)
	}
	must(t, thaw())
	eventually(t, "the writing does not go on", grows(frozen))
	stop()
	if e := <-ended; e.err != nil || int64(e.written) != size() {
		t.Errorf("%d bytes were acknowledged, %d are there: %v", e.written, size(), e.err)
	}
	again, err := s.Freeze(t.Context())
	must(t, err)
	must(t, again())
}

func TestAllowDecidesWhoMayMount(t *testing.T) {
	o := options(t, []netip.Addr{netip.MustParseAddr("192.0.2.1")}) // nobody's
	s := start(t, o)
	mount := func(ctx context.Context) error {
		client, err := nfs3.Dial(ctx, nfs3.Config{Server: host, Port: o.Port, MountPort: o.MountPort, Path: o.Export})
		if err == nil {
			client.Close()
		}
		return err
	}
	for range 5 {
		if err := mount(t.Context()); err == nil {
			t.Fatal("a client mounts that is not allowed")
		}
	}
	must(t, s.Allow(here))
	client := mounted(t, o)
	must(t, s.Allow(nil))
	eventually(t, "a client is not refused that is no longer allowed", func(ctx context.Context) error {
		if _, err := client.GetAttr(ctx, client.Root()); err == nil {
			return errors.New("it is answered")
		}
		return nil
	})
	must(t, s.Allow(here))
	eventually(t, "a client that is allowed again is not answered", func(ctx context.Context) error {
		_, err := client.GetAttr(ctx, client.Root())
		return err
	})
}

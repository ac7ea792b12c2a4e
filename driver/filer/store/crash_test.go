package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"csicert/driver/filer"
)

// mortal dies, as by kill -9, before its nth step, and before the second half of a step that has halves.
type mortal struct {
	disk
	left *int
}

func (m mortal) step() {
	if *m.left--; *m.left == 0 {
		if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
			panic(err)
		}
		select {} // the signal is on its way
	}
}

func (m mortal) Mkdir(p string, mode os.FileMode) error { m.step(); return m.disk.Mkdir(p, mode) }
func (m mortal) Sync(p string) error                    { m.step(); return m.disk.Sync(p) }
func (m mortal) Rename(from, to string) error           { m.step(); return m.disk.Rename(from, to) }

func (m mortal) WriteFile(p string, content []byte) error {
	m.step()
	if err := m.disk.WriteFile(p, content[:len(content)/2]); err != nil {
		return err
	}
	m.step()
	return m.disk.WriteFile(p, content)
}

func (m mortal) Copy(ctx context.Context, from, to string) error {
	m.step()
	if err := os.WriteFile(filepath.Join(to, "half"), nil, 0o600); err != nil {
		return err
	}
	m.step()
	if err := os.Remove(filepath.Join(to, "half")); err != nil {
		return err
	}
	return m.disk.Copy(ctx, from, to)
}

func (m mortal) RemoveAll(p string) error {
	m.step()
	if err := os.Remove(filepath.Join(p, dataDir, "file")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	m.step()
	return m.disk.RemoveAll(p)
}

// operations are the calls that change something, on a store that has a volume and a snapshot of it.
func operations() map[string]func(ctx context.Context, s *Store) error {
	volume, shot := idOf(filer.OfVolume, "source"), idOf(filer.OfSnapshot, "cut")
	return map[string]func(ctx context.Context, s *Store) error{
		"create": func(ctx context.Context, s *Store) error {
			_, err := s.CreateVolume(ctx, filer.VolumeRequest{Name: "new", Size: mib})
			return err
		},
		"restore": func(ctx context.Context, s *Store) error {
			_, err := s.CreateVolume(ctx, filer.VolumeRequest{Name: "new", Size: mib, Source: &filer.Ref{Kind: filer.OfSnapshot, ID: shot}})
			return err
		},
		"snapshot": func(ctx context.Context, s *Store) error {
			_, err := s.CreateSnapshot(ctx, filer.SnapshotRequest{Name: "new", Volume: volume})
			return err
		},
		"expand": func(ctx context.Context, s *Store) error {
			_, err := s.ExpandVolume(ctx, volume, 2*mib)
			return err
		},
		"delete":          func(ctx context.Context, s *Store) error { return s.DeleteVolume(ctx, volume) },
		"delete-snapshot": func(ctx context.Context, s *Store) error { return s.DeleteSnapshot(ctx, shot) },
	}
}

func options(dir string) Options {
	return Options{Dir: dir, Capacity: 10 * mib, Freezer: &watched{}, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
}

// TestMain is also the process that dies: CSICERT_CRASH holds the folder, the operation and the step.
func TestMain(m *testing.M) {
	var dir, operation string
	var step int
	if n, err := fmt.Sscan(os.Getenv("CSICERT_CRASH"), &dir, &operation, &step); n != 3 || err != nil {
		os.Exit(m.Run())
	}
	s, err := Open(options(dir))
	if err == nil {
		s.disk = mortal{local{}, &step}
		err = operations()[operation](context.Background(), s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// state tells all that a caller can see of a store.
func state(t *testing.T, s *Store) string {
	t.Helper()
	g := NewWithT(t)
	volumes, err := s.Volumes(t.Context())
	g.Expect(err).NotTo(HaveOccurred())
	shots, err := s.Snapshots(t.Context())
	g.Expect(err).NotTo(HaveOccurred())
	text := ""
	for _, v := range volumes {
		data, err := os.ReadFile(filepath.Join(v.Path, "file"))
		text += fmt.Sprintln(v.Name, v.Size, string(data), err == nil)
	}
	for _, shot := range shots {
		data, err := os.ReadFile(filepath.Join(s.home(filer.OfSnapshot, shot.ID), dataDir, "file"))
		text += fmt.Sprintln(shot.Name, shot.Size, string(data), err == nil)
	}
	g.Expect(os.ReadDir(s.unfinished())).To(BeEmpty())
	return text
}

func seeded(t *testing.T) *Store {
	t.Helper()
	s, err := Open(options(t.TempDir()))
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	v := volume(t, s, "source", "data")
	_, err = s.CreateSnapshot(t.Context(), filer.SnapshotRequest{Name: "cut", Volume: v.ID})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return s
}

func TestWhereverItDiesTheOldStateOrTheNewIsThere(t *testing.T) {
	before := state(t, seeded(t))
	for name, operation := range operations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			done := seeded(t)
			g.Expect(operation(t.Context(), done)).To(Succeed())
			after := state(t, done)
			g.Expect(after).NotTo(Equal(before))
			deaths := 0
			for step := 1; ; step++ {
				dir := seeded(t).Dir
				died := dies(t, dir, name, step)
				s, err := Open(options(dir))
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(state(t, s)).To(Or(Equal(before), Equal(after)), "dead at step %d", step)
				g.Expect(operation(t.Context(), s)).To(Succeed(), "repeated after a death at step %d", step)
				g.Expect(state(t, s)).To(Equal(after), "repeated after a death at step %d", step)
				if !died {
					break
				}
				deaths++
			}
			g.Expect(deaths).To(BeNumerically(">=", 3))
		})
	}
}

// dies runs the operation in a process and says whether it was killed at the step, or had fewer and succeeded.
func dies(t *testing.T, dir, operation string, step int) bool {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), "CSICERT_CRASH="+dir+" "+operation+" "+strconv.Itoa(step))
	output, err := command.CombinedOutput()
	if err == nil {
		return false
	}
	var exit *exec.ExitError
	g := NewWithT(t)
	g.Expect(errors.As(err, &exit)).To(BeTrue(), string(output))
	status, ok := exit.Sys().(syscall.WaitStatus)
	g.Expect(ok && status.Signaled()).To(BeTrue(), string(output))
	return true
}

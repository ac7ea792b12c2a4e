package store

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"csicert/driver/filer"
)

const mib = 1 << 20

// watched counts how often clients were made to wait, and whether they wait now.
type watched struct {
	freezes int
	frozen  bool
	fails   error
}

func (w *watched) Freeze(context.Context) (func() error, error) {
	if w.fails != nil {
		return nil, w.fails
	}
	w.freezes++
	w.frozen = true
	return func() error { w.frozen = false; return nil }, nil
}

func newStore(t *testing.T, capacity int64) (*Store, *watched) {
	t.Helper()
	clients := &watched{}
	s, err := Open(Options{Dir: t.TempDir(), Capacity: capacity, Freezer: clients, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return s, clients
}

func volume(t *testing.T, s *Store, name string, content string) filer.Volume {
	t.Helper()
	g := NewWithT(t)
	v, err := s.CreateVolume(t.Context(), filer.VolumeRequest{Name: name, Size: mib})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(os.WriteFile(filepath.Join(v.Path, "file"), []byte(content), 0o644)).To(Succeed())
	return v
}

func content(v filer.Volume) func() (string, error) {
	return func() (string, error) {
		b, err := os.ReadFile(filepath.Join(v.Path, "file"))
		return string(b), err
	}
}

func TestARepeatedRequestFindsWhatTheFirstMade(t *testing.T) {
	g := NewWithT(t)
	s, _ := newStore(t, 10*mib)
	req := filer.VolumeRequest{Name: "pvc-1", Size: 2 * mib, Limit: 3 * mib, Origin: "nothing"}
	first, err := s.CreateVolume(t.Context(), req)
	g.Expect(err).NotTo(HaveOccurred())
	second, err := s.CreateVolume(t.Context(), req)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(second.ID).To(Equal(first.ID))
	g.Expect(s.Volumes(t.Context())).To(HaveLen(1))
	for _, other := range []filer.VolumeRequest{
		{Name: "pvc-1", Size: 3 * mib, Origin: "nothing"},
		{Name: "pvc-1", Size: mib, Limit: mib, Origin: "nothing"},
		{Name: "pvc-1", Size: 2 * mib, Origin: "a snapshot"},
	} {
		_, err := s.CreateVolume(t.Context(), other)
		g.Expect(err).To(MatchError(filer.ErrConflict))
	}
	g.Expect(s.VolumeNamed(t.Context(), "pvc-1")).To(HaveField("ID", first.ID))
	g.Expect(s.DeleteVolume(t.Context(), first.ID)).To(Succeed())
	g.Expect(s.DeleteVolume(t.Context(), first.ID)).To(Succeed())
	_, err = s.Volume(t.Context(), first.ID)
	g.Expect(err).To(MatchError(filer.ErrNotFound))
	g.Expect(first.Path).NotTo(BeAnExistingFile())
}

func TestASnapshotIsThePast(t *testing.T) {
	g := NewWithT(t)
	s, clients := newStore(t, 10*mib)
	source := volume(t, s, "source", "then")
	shot, err := s.CreateSnapshot(t.Context(), filer.SnapshotRequest{Name: "cut", Volume: source.ID})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(clients.freezes).To(Equal(1))
	g.Expect(clients.frozen).To(BeFalse())
	g.Expect(os.WriteFile(filepath.Join(source.Path, "file"), []byte("now"), 0o644)).To(Succeed())
	again, err := s.CreateSnapshot(t.Context(), filer.SnapshotRequest{Name: "cut", Volume: source.ID})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(again).To(Equal(shot), "a repeated request does not cut again")
	g.Expect(s.DeleteVolume(t.Context(), source.ID)).To(Succeed())

	from := &filer.Ref{Kind: filer.OfSnapshot, ID: shot.ID}
	restored, err := s.CreateVolume(t.Context(), filer.VolumeRequest{Name: "restored", Size: 2 * mib, Source: from, Origin: "cut"})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(content(restored)()).To(Equal("then"))
	_, err = s.CreateVolume(t.Context(), filer.VolumeRequest{Name: "small", Size: mib - 1, Source: from})
	g.Expect(err).To(MatchError(filer.ErrTooSmall))
	g.Expect(s.DeleteSnapshot(t.Context(), shot.ID)).To(Succeed())
	g.Expect(content(restored)()).To(Equal("then"))
	_, err = s.CreateVolume(t.Context(), filer.VolumeRequest{Name: "late", Size: mib, Source: from})
	g.Expect(err).To(MatchError(filer.ErrNotFound))
}

func TestASnapshotNameBelongsToOneVolume(t *testing.T) {
	g := NewWithT(t)
	s, _ := newStore(t, 10*mib)
	one, other := volume(t, s, "one", "1"), volume(t, s, "other", "2")
	_, err := s.CreateSnapshot(t.Context(), filer.SnapshotRequest{Name: "cut", Volume: one.ID})
	g.Expect(err).NotTo(HaveOccurred())
	_, err = s.CreateSnapshot(t.Context(), filer.SnapshotRequest{Name: "cut", Volume: other.ID})
	g.Expect(err).To(MatchError(filer.ErrConflict))
	_, err = s.CreateSnapshot(t.Context(), filer.SnapshotRequest{Name: "new", Volume: idOf(filer.OfVolume, "nowhere")})
	g.Expect(err).To(MatchError(filer.ErrNotFound))
}

func TestAFailedFreezeMakesNoSnapshot(t *testing.T) {
	g := NewWithT(t)
	s, clients := newStore(t, 10*mib)
	source := volume(t, s, "source", "then")
	clients.fails = errors.New("the server is gone")
	_, err := s.CreateSnapshot(t.Context(), filer.SnapshotRequest{Name: "cut", Volume: source.ID})
	g.Expect(err).To(MatchError(clients.fails))
	g.Expect(s.Snapshots(t.Context())).To(BeEmpty())
	g.Expect(os.ReadDir(s.unfinished())).To(BeEmpty())
	g.Expect(s.Capacity(t.Context())).To(HaveField("Available", int64(9*mib)))
}

func TestCapacityIsBookkept(t *testing.T) {
	g := NewWithT(t)
	s, _ := newStore(t, 4*mib)
	first := volume(t, s, "first", "1")
	_, err := s.CreateSnapshot(t.Context(), filer.SnapshotRequest{Name: "cut", Volume: first.ID})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(s.Capacity(t.Context())).To(Equal(filer.Capacity{Total: 4 * mib, Available: 2 * mib}))
	_, err = s.CreateVolume(t.Context(), filer.VolumeRequest{Name: "big", Size: 2*mib + 1})
	g.Expect(err).To(MatchError(filer.ErrFull))
	g.Expect(s.ExpandVolume(t.Context(), first.ID, 3*mib)).To(HaveField("Size", int64(3*mib)))
	g.Expect(s.ExpandVolume(t.Context(), first.ID, 1)).To(HaveField("Size", int64(3*mib)), "it never shrinks")
	_, err = s.ExpandVolume(t.Context(), first.ID, 4*mib)
	g.Expect(err).To(MatchError(filer.ErrFull))
	g.Expect(s.Capacity(t.Context())).To(HaveField("Available", int64(0)))
	g.Expect(s.DeleteVolume(t.Context(), first.ID)).To(Succeed())
	g.Expect(s.Capacity(t.Context())).To(HaveField("Available", int64(3*mib)))
}

func TestNoIDBecomesAPath(t *testing.T) {
	g := NewWithT(t)
	s, _ := newStore(t, 4*mib)
	victim := filepath.Join(s.Dir, "victim")
	g.Expect(os.Mkdir(victim, 0o700)).To(Succeed())
	for _, id := range []string{"", ".", "..", "../victim", "../../victim", "v-", victim, idOf(filer.OfSnapshot, "x")} {
		g.Expect(s.DeleteVolume(t.Context(), id)).To(Succeed(), id)
		_, err := s.Volume(t.Context(), id)
		g.Expect(err).To(MatchError(filer.ErrNotFound), id)
		_, err = s.ExpandVolume(t.Context(), id, mib)
		g.Expect(err).To(MatchError(filer.ErrNotFound), id)
		_, err = s.Content(t.Context(), filer.Ref{Kind: filer.OfVolume, ID: id})
		g.Expect(err).To(MatchError(filer.ErrNotFound), id)
	}
	g.Expect(victim).To(BeADirectory())
	name := "../../" + string([]byte{0xff, 0}) + "any bytes"
	v, err := s.CreateVolume(t.Context(), filer.VolumeRequest{Name: name, Size: mib})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(filepath.Dir(filepath.Dir(v.Path))).To(Equal(s.Export()))
}

func TestAVolumeIsFilledFromAnotherFiler(t *testing.T) {
	g := NewWithT(t)
	near, _ := newStore(t, 10*mib)
	far, clients := newStore(t, 10*mib)
	source := volume(t, far, "source", "from afar")
	for _, of := range []filer.Ref{{Kind: filer.OfVolume, ID: source.ID}} {
		stream, err := far.Content(t.Context(), of)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(clients.frozen).To(BeFalse(), "clients do not wait for the network")
		v, err := near.FillVolume(t.Context(), filer.VolumeRequest{Name: "copy", Size: mib}, stream)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(stream.Close()).To(Succeed())
		g.Expect(content(v)()).To(Equal("from afar"))
	}
	g.Expect(os.ReadDir(far.unfinished())).To(BeEmpty())
}

func TestABrokenStreamLeavesNothing(t *testing.T) {
	g := NewWithT(t)
	near, _ := newStore(t, 10*mib)
	far, _ := newStore(t, 10*mib)
	source := volume(t, far, "source", "from afar")
	stream, err := far.Content(t.Context(), filer.Ref{Kind: filer.OfVolume, ID: source.ID})
	g.Expect(err).NotTo(HaveOccurred())
	_, err = near.FillVolume(t.Context(), filer.VolumeRequest{Name: "copy", Size: mib}, io.LimitReader(stream, 2000))
	g.Expect(err).To(HaveOccurred())
	g.Expect(stream.Close()).To(Succeed())
	g.Expect(near.Volumes(t.Context())).To(BeEmpty())
	g.Expect(os.ReadDir(near.unfinished())).To(BeEmpty())
	g.Expect(os.ReadDir(far.unfinished())).To(BeEmpty())
}

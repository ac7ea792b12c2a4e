package filer_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"csicert/driver/filer"
	"csicert/driver/filer/store"
)

type nobodyWaits struct{}

func (nobodyWaits) Freeze(context.Context) (func() error, error) {
	return func() error { return nil }, nil
}

const (
	mib   = 1 << 20
	token = "open sesame"
)

func served(t *testing.T) (*store.Store, *filer.Client, string) {
	t.Helper()
	s, err := store.Open(store.Options{Dir: t.TempDir(), Capacity: 10 * mib, Freezer: nobodyWaits{}, Now: time.Now,
		Log: slog.New(slog.DiscardHandler)})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	server := httptest.NewServer(filer.Handler(s, token, slog.New(slog.DiscardHandler)))
	t.Cleanup(server.Close)
	return s, filer.NewClient(server.URL, token, http.DefaultClient), server.URL
}

func TestEveryCallTravels(t *testing.T) {
	g := NewWithT(t)
	ctx := t.Context()
	s, client, _ := served(t)
	v, err := client.CreateVolume(ctx, filer.VolumeRequest{Name: "näme / ? &", Size: mib, Origin: "nothing"})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(s.Volume(ctx, v.ID)).To(Equal(v))
	g.Expect(client.Volume(ctx, v.ID)).To(Equal(v))
	g.Expect(client.VolumeNamed(ctx, "näme / ? &")).To(Equal(v))
	g.Expect(client.Volumes(ctx)).To(Equal([]filer.Volume{v}))
	g.Expect(os.WriteFile(filepath.Join(v.Path, "file"), make([]byte, 8192), 0o600)).To(Succeed())
	g.Expect(client.Usage(ctx, v.ID)).To(HaveField("Bytes", BeNumerically(">=", 8192)))
	g.Expect(client.ExpandVolume(ctx, v.ID, 2*mib)).To(HaveField("Size", int64(2*mib)))
	shot, err := client.CreateSnapshot(ctx, filer.SnapshotRequest{Name: "cut", Volume: v.ID})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(client.Snapshot(ctx, shot.ID)).To(Equal(shot))
	g.Expect(client.SnapshotNamed(ctx, "cut")).To(Equal(shot))
	g.Expect(client.Snapshots(ctx)).To(Equal([]filer.Snapshot{shot}))
	for _, of := range []filer.Ref{{Kind: filer.OfSnapshot, ID: shot.ID}, {Kind: filer.OfVolume, ID: v.ID}} {
		content, err := client.Content(ctx, of)
		g.Expect(err).NotTo(HaveOccurred())
		copied, err := client.FillVolume(ctx, filer.VolumeRequest{Name: "of " + string(of.Kind), Size: 2 * mib}, content)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(content.Close()).To(Succeed())
		g.Expect(filepath.Join(copied.Path, "file")).To(BeARegularFile())
	}
	g.Expect(client.Capacity(ctx)).To(Equal(filer.Capacity{Total: 10 * mib, Available: 2 * mib}))
	g.Expect(client.DeleteSnapshot(ctx, shot.ID)).To(Succeed())
	g.Expect(client.DeleteVolume(ctx, v.ID)).To(Succeed())
	g.Expect(s.Volumes(ctx)).To(HaveLen(2))
}

func TestEveryErrorTravels(t *testing.T) {
	g := NewWithT(t)
	ctx := t.Context()
	_, client, _ := served(t)
	v, err := client.CreateVolume(ctx, filer.VolumeRequest{Name: "one", Size: mib})
	g.Expect(err).NotTo(HaveOccurred())
	_, err = client.Volume(ctx, "v-nothing")
	g.Expect(err).To(MatchError(filer.ErrNotFound))
	_, err = client.Content(ctx, filer.Ref{Kind: filer.OfSnapshot, ID: "s-nothing"})
	g.Expect(err).To(MatchError(filer.ErrNotFound))
	_, err = client.CreateVolume(ctx, filer.VolumeRequest{Name: "one", Size: 2 * mib})
	g.Expect(err).To(MatchError(filer.ErrConflict))
	_, err = client.CreateVolume(ctx, filer.VolumeRequest{Name: "big", Size: 11 * mib})
	g.Expect(err).To(MatchError(filer.ErrFull))
	_, err = client.CreateVolume(ctx, filer.VolumeRequest{Name: "less", Size: 1, Source: &filer.Ref{Kind: filer.OfVolume, ID: v.ID}})
	g.Expect(err).To(MatchError(filer.ErrTooSmall))
	_, err = client.CreateVolume(ctx, filer.VolumeRequest{Size: mib})
	g.Expect(err).To(MatchError(filer.ErrInvalid))
	_, err = client.FillVolume(ctx, filer.VolumeRequest{Name: "cut short", Size: mib}, strings.NewReader("not a tar"))
	g.Expect(err).To(HaveOccurred())
}

func TestWithoutTheTokenNothingIsTold(t *testing.T) {
	g := NewWithT(t)
	_, _, url := served(t)
	for _, wrong := range []string{"", "open", token + "!"} {
		_, err := filer.NewClient(url, wrong, http.DefaultClient).Volumes(t.Context())
		g.Expect(err).To(MatchError(ContainSubstring("401")), wrong)
	}
	s, _, _ := served(t)
	open := httptest.NewServer(filer.Handler(s, "", slog.New(slog.DiscardHandler)))
	t.Cleanup(open.Close)
	_, err := filer.NewClient(open.URL, "", http.DefaultClient).Volumes(t.Context())
	g.Expect(err).To(MatchError(ContainSubstring("401")), "a filer without a token is closed")
}

func TestABrokenContentIsAnErrorAndNoShortCopy(t *testing.T) {
	g := NewWithT(t)
	s, client, _ := served(t)
	v, err := s.CreateVolume(t.Context(), filer.VolumeRequest{Name: "source", Size: mib})
	g.Expect(err).NotTo(HaveOccurred())
	shot, err := s.CreateSnapshot(t.Context(), filer.SnapshotRequest{Name: "cut", Volume: v.ID})
	g.Expect(err).NotTo(HaveOccurred())
	breaking := httptest.NewServer(filer.Handler(breaks{s}, token, slog.New(slog.DiscardHandler)))
	t.Cleanup(breaking.Close)
	content, err := filer.NewClient(breaking.URL, token, http.DefaultClient).Content(t.Context(), filer.Ref{Kind: filer.OfSnapshot, ID: shot.ID})
	g.Expect(err).NotTo(HaveOccurred())
	_, err = client.FillVolume(t.Context(), filer.VolumeRequest{Name: "copy", Size: mib}, content)
	g.Expect(err).To(HaveOccurred())
	g.Expect(s.Volumes(t.Context())).To(HaveLen(1))
}

// breaks is a filer whose disk fails in the middle of a content.
type breaks struct{ filer.Filer }

func (b breaks) Content(ctx context.Context, of filer.Ref) (io.ReadCloser, error) {
	whole, err := b.Filer.Content(ctx, of)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(io.LimitReader(whole, 600), failing{}), whole}, nil
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

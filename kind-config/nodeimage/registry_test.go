package nodeimage

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	. "github.com/onsi/gomega"
)

const someDigest = "@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// answers is a registry's answer; nil means that it has the image.
type answers struct{ err error }

func (a answers) probe(context.Context, string) error { return a.err }

// silent is a registry that never answers.
type silent struct{}

func (silent) probe(ctx context.Context, _ string) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestDecide(t *testing.T) {
	cases := map[string]struct {
		prober prober
		ref    string
		pull   bool
		reason string
	}{
		"has it":        {answers{nil}, "node:v1.37.0" + someDigest, true, "of the pinned minor version v1.37"},
		"unreachable":   {answers{errors.New("dial: refused")}, "node:v1.37.0" + someDigest, false, "no registry is reachable"},
		"never answers": {silent{}, "node:v1.37.0" + someDigest, false, "no registry answered within 3s"},
		"other minor":   {answers{nil}, "node:v1.36.9" + someDigest, false, "carries Kubernetes v1.36.9 and v1.37.2 is pinned"},
		"no digest":     {answers{nil}, "node:v1.37.0", false, "no node image by version and digest"},
		"no version":    {answers{nil}, "host:5000/node" + someDigest, false, "no node image by version and digest"},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			g := NewWithT(t)
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			pull, reason := decide(ctx, c.prober, c.ref, "v1.37.2")
			g.Expect(pull).To(Equal(c.pull))
			g.Expect(reason).To(ContainSubstring(c.reason))
		})
	}
}

func TestRemoteProberAsksARealRegistry(t *testing.T) {
	g := NewWithT(t)
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	image, err := random.Image(64, 1)
	g.Expect(err).NotTo(HaveOccurred())
	tag, err := name.NewTag(host + "/node:v1.37.0")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(remote.Write(tag, image)).To(Succeed())
	digest, err := image.Digest()
	g.Expect(err).NotTo(HaveOccurred())

	pull, _ := decide(t.Context(), remoteProber{}, host+"/node:v1.37.0@"+digest.String(), "v1.37.2")
	g.Expect(pull).To(BeTrue())
	pull, reason := decide(t.Context(), remoteProber{}, host+"/node:v1.37.0"+someDigest, "v1.37.2")
	g.Expect(pull).To(BeFalse(), "the registry has that name, but not that digest")
	g.Expect(reason).To(Equal("the registry answered with status 404"))
	server.Close()
	pull, reason = decide(t.Context(), remoteProber{}, host+"/node:v1.37.0@"+digest.String(), "v1.37.2")
	g.Expect(pull).To(BeFalse())
	g.Expect(reason).To(Equal("no registry is reachable"))
	g.Expect(reason).NotTo(ContainSubstring(host))
}

package nodeimage

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"csicert/kind-config/images"

	. "github.com/onsi/gomega"
	"sigs.k8s.io/kind/pkg/apis/config/defaults"
)

// fakeDocker knows the images that have a file in its folder, named by a hash of nothing but the reference's bytes.
const fakeDocker = `#!/bin/sh
dir=$(dirname "$0")
echo "$@" >> "$dir/calls"
last=$(for a; do :; done; echo "$a" | tr '/:@' '___')
case "$1 $2" in
"image inspect") cat "$dir/$last" 2>/dev/null || { echo "Error: No such image: $last" >&2; exit 1; } ;;
"pull --quiet") [ -e "$dir/refuse" ] && { echo "denied" >&2; exit 1; }; echo '{"Id":"sha256:pulled"}' > "$dir/$last" ;;
"image load") cp "$dir/loaded" "$dir/$(cat "$dir/loaded-name")" ;;
"image ls") exit 0 ;;
*) echo "unexpected: $*" >&2; exit 9 ;;
esac
`

func fixture(t *testing.T) (Options, string, *bytes.Buffer) {
	t.Helper()
	dir, out := t.TempDir(), &bytes.Buffer{}
	docker := filepath.Join(dir, "docker")
	NewWithT(t).Expect(os.WriteFile(docker, []byte(fakeDocker), 0o700)).To(Succeed())
	return Options{Source: checkout, CacheDir: filepath.Join(t.TempDir(), "images"), Docker: docker,
		Log: slog.New(slog.DiscardHandler), Out: out}, dir, out
}

// underscored is the name of the fake's file for a reference.
func underscored(ref string) string {
	return string(bytes.Map(func(r rune) rune {
		if r == '/' || r == ':' || r == '@' {
			return '_'
		}
		return r
	}, []byte(ref)))
}

func describe(ref, kubernetes string) []byte {
	return []byte(`{"Id":"sha256:x","Config":{"Labels":{"csicert.node.manifest":` +
		`"{\"ref\":\"` + ref + `\",\"kubernetes\":\"` + kubernetes + `\",\"origin\":\"built\",\"components\":[{\"name\":\"kubelet\"}]}"}}}`)
}

func TestEnsureTakesTheImageThatIsThere(t *testing.T) {
	g := NewWithT(t)
	o, docker, out := fixture(t)
	ref := pinsOf(t).ref()
	g.Expect(os.WriteFile(filepath.Join(docker, underscored(ref)), describe(ref, "v1.37.2"), privateFile)).To(Succeed())
	image, err := ensure(t.Context(), o, answers{nil})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(image).To(Equal(Image{Ref: ref, Kubernetes: "v1.37.2", Origin: Built, Components: []Component{{Name: "kubelet"}}}))
	g.Expect(out.String()).To(BeEmpty())
	g.Expect(o.CacheDir).NotTo(BeADirectory(), "an image that is there needs no cache")
}

func TestEnsurePullsOnceWhereARegistryAnswers(t *testing.T) {
	g := NewWithT(t)
	o, docker, out := fixture(t)
	image, err := ensure(t.Context(), o, answers{nil})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(image.Ref).To(Equal(defaults.Image))
	g.Expect(image.Origin).To(Equal(Pulled))
	g.Expect(image.HasCNI).To(BeTrue())
	g.Expect(image.Components).To(HaveLen(1))
	g.Expect(out.String()).To(ContainSubstring("pulling it"))
	again, err := ensure(t.Context(), o, answers{errors.New("asked twice")})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(again).To(Equal(image))
	calls, err := os.ReadFile(filepath.Join(docker, "calls"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(bytes.Count(calls, []byte("pull --quiet"))).To(Equal(1))
}

func TestAFailedPullLeavesBuilding(t *testing.T) {
	g := NewWithT(t)
	o, docker, out := fixture(t)
	g.Expect(os.WriteFile(filepath.Join(docker, "refuse"), nil, privateFile)).To(Succeed())
	b, err := prepare(t.Context(), o)
	g.Expect(err).NotTo(HaveOccurred())
	_, ok, err := b.pull(t.Context(), answers{nil})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(ok).To(BeFalse())
	g.Expect(out.String()).To(ContainSubstring("the pull failed: building it"))
	g.Expect(b.cache.chosen()).To(Equal(Image{}), "nothing is remembered")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = b.pull(ctx, silent{})
	g.Expect(err).To(MatchError(context.Canceled), "Ctrl-C is no reason to build")
}

func TestLoadIsUsedFromThenOn(t *testing.T) {
	g := NewWithT(t)
	o, docker, _ := fixture(t)
	ref := repository + ":" + pinsOf(t).kubernetes() + "-0123456789ab"
	file := saved(t, ref)
	g.Expect(os.WriteFile(filepath.Join(docker, "loaded"), describe(ref, "v1.37.2"), privateFile)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(docker, "loaded-name"), []byte(underscored(ref)), privateFile)).To(Succeed())
	image, err := Load(t.Context(), o, file)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(image.Ref).To(Equal(ref))
	g.Expect(image.Origin).To(Equal(Loaded))
	next, err := ensure(t.Context(), o, answers{errors.New("asked although an image was loaded")})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(next).To(Equal(image))

	o.Build = true
	b, err := prepare(t.Context(), o)
	g.Expect(err).NotTo(HaveOccurred())
	_, ok, err := b.present(t.Context())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(ok).To(BeFalse(), "a build was asked for")
}

func saved(t *testing.T, ref string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "image.tar")
	_, err := images.Archive(t.Context(), file, ref, images.Spec{Entrypoint: []string{"/x"},
		Files: []images.File{{Path: "/x", Content: []byte("x"), Mode: 0o755}}})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return file
}

package external

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"csicert/kind-config/images"
)

func fixtures(content string) map[string]images.Spec {
	return map[string]images.Spec{
		"busybox": {Files: []images.File{{Content: []byte(content), Path: "/bin/sh", Mode: 0o755}}, Entrypoint: []string{"/bin/sh"}},
		"agnhost": {Files: []images.File{{Content: []byte("a"), Path: "/agnhost", Mode: 0o755}}, Entrypoint: []string{"/agnhost"}},
	}
}

// suite is a stand-in that lists images as e2e.test does: of the registry that the file names, and one of another's.
func suite(t *testing.T, names string) *Suite {
	t.Helper()
	program := filepath.Join(t.TempDir(), "e2e.test")
	script := `#!/bin/sh
[ "$1" = --list-images ] || exit 2
r=$(sed -n 's/^promoterE2eRegistry: //p' "$KUBE_TEST_REPO_LIST")
for n in ` + names + `; do echo "$r/$n"; done; echo registry.example/busybox:9
`
	NewWithT(t).Expect(os.WriteFile(program, []byte(script), 0o700)).To(Succeed())
	return &Suite{Program: program}
}

func TestImagesHaveTheNamesThatTheSuiteAsksFor(t *testing.T) {
	g := NewWithT(t)
	dir, s := t.TempDir(), suite(t, "busybox:1 agnhost:2 agnhost:3 perl:4")
	g.Expect(s.provide(t.Context(), dir, fixtures("one"))).To(Succeed())
	var paths []string
	for _, image := range s.Images {
		registry, path, _ := strings.Cut(strings.TrimPrefix(image.Ref, "csicert.dev/"), "/")
		g.Expect(registry).To(MatchRegexp(`^external-[0-9a-f]{12}$`))
		g.Expect(image.Archive).To(BeARegularFile())
		paths = append(paths, path)
	}
	g.Expect(paths).To(ConsistOf("busybox:1", "agnhost:2", "agnhost:3"))
	g.Expect(s.Environment()).To(ConsistOf("KUBE_TEST_REPO_LIST=" + s.registries))
}

func TestOtherContentsHaveOtherNamesAndReplaceTheOld(t *testing.T) {
	g := NewWithT(t)
	dir, one, two := t.TempDir(), suite(t, "busybox:1 agnhost:2"), suite(t, "busybox:1 agnhost:2")
	g.Expect(one.provide(t.Context(), dir, fixtures("one"))).To(Succeed())
	g.Expect(two.provide(t.Context(), dir, fixtures("two"))).To(Succeed())
	for _, old := range one.Images {
		g.Expect(two.Images).NotTo(ContainElement(HaveField("Ref", old.Ref)))
		g.Expect(old.Archive).NotTo(BeAnExistingFile())
	}
}

func TestASuiteThatAsksForNoSuchImageIsRefused(t *testing.T) {
	err := suite(t, "busybox:1").provide(t.Context(), t.TempDir(), fixtures("one"))
	NewWithT(t).Expect(err).To(MatchError(ContainSubstring("asks for no image agnhost of csicert.dev/external-")))
}

func TestASuiteThatFailsIsNotTakenForOneWithoutImages(t *testing.T) {
	s := suite(t, "")
	NewWithT(t).Expect(os.WriteFile(s.Program, []byte("#!/bin/sh\necho no such flag >&2; exit 2\n"), 0o700)).To(Succeed())
	NewWithT(t).Expect(s.provide(t.Context(), t.TempDir(), fixtures("one"))).To(MatchError(And(ContainSubstring("exit status 2"), ContainSubstring("no such flag"))))
}

func TestBusyboxHasWhatScriptsStandOn(t *testing.T) {
	g := NewWithT(t)
	const list = "[ [[ busybox dd env grep ls mount nsenter sh sha256sum"
	all, err := links(list)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(all).To(HaveLen(10), "one for each name but its own")
	g.Expect(all).To(ContainElement(images.File{Link: "busybox", Path: "/bin/sh"}))
	_, err = links(strings.ReplaceAll(list, "nsenter", ""))
	g.Expect(err).To(MatchError("busybox has no nsenter"))
	_, err = links(list + " ../etc")
	g.Expect(err).To(MatchError(ContainSubstring(`"../etc"`)))
}

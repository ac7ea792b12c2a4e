package nodeimage

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

const keyA, keyB = "aaaaaaaaaaaa", "bbbbbbbbbbbb"

func writes(content string) func(string) error {
	return func(dir string) error {
		return os.WriteFile(filepath.Join(dir, "result"), []byte(content), privateFile)
	}
}

func TestCacheKeepsOnlyCompleteSteps(t *testing.T) {
	g := NewWithT(t)
	c := cache{t.TempDir()}
	g.Expect(c.open()).To(Succeed())
	broken := errors.New("broke off")
	_, _, err := c.make("step", keyA, func(dir string) error { return errors.Join(writes("half")(dir), broken) })
	g.Expect(err).To(MatchError(broken))
	g.Expect(c.step("step", keyA)).NotTo(BeADirectory())
	g.Expect(os.ReadDir(c.temporary())).To(BeEmpty())

	dir, kept, err := c.make("step", keyA, writes("whole"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(kept).To(BeFalse())
	g.Expect(os.ReadFile(filepath.Join(dir, "result"))).To(Equal([]byte("whole")))
	_, kept, err = c.make("step", keyA, func(string) error { return errors.New("done twice") })
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(kept).To(BeTrue())

	_, _, err = c.make("step", keyB, writes("next"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(c.step("step", keyA)).NotTo(BeADirectory(), "the result of older inputs is taken away")
	g.Expect(c.step("step", keyB)).To(BeADirectory())
}

func TestLockExcludesAndSweeps(t *testing.T) {
	g := NewWithT(t)
	c := cache{filepath.Join(t.TempDir(), "images")}
	var out bytes.Buffer
	g.Expect(c.open()).To(Succeed())
	g.Expect(os.MkdirAll(filepath.Join(c.temporary(), "base-123", "rootfs"), privateDir)).To(Succeed())
	unlock, err := c.lock(t.Context(), &out)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(os.ReadDir(c.temporary())).To(BeEmpty(), "an interrupted step is taken away")
	info, err := os.Stat(c.dir)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(info.Mode().Perm()).To(Equal(os.FileMode(0o700)))

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = c.lock(ctx, &out)
	g.Expect(err).To(MatchError(context.DeadlineExceeded))
	g.Expect(out.String()).To(ContainSubstring("another build uses " + c.dir))

	g.Expect(c.remove()).To(Succeed())
	g.Expect(c.dir).NotTo(BeADirectory())
	g.Expect(unlock()).To(Succeed())
	again, err := c.lock(t.Context(), &out)
	g.Expect(err).NotTo(HaveOccurred(), "the lock of a removed cache binds nobody")
	g.Expect(again()).To(Succeed())
}

func TestRemoveLeavesWhatIsNotOurs(t *testing.T) {
	g := NewWithT(t)
	c := cache{t.TempDir()}
	g.Expect(c.open()).To(Succeed())
	mine := filepath.Join(c.dir, "mine")
	g.Expect(os.WriteFile(mine, nil, privateFile)).To(Succeed())
	g.Expect(c.remove()).To(Succeed())
	g.Expect(mine).To(BeAnExistingFile())
	g.Expect(c.steps()).NotTo(BeADirectory())
}

package html_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"csicert/reports/internal/recorded"
)

// Where a browser is, it is asked whether the page's policy lets the page's own script and style work: a wrong hash
// would go unseen by everything else.
func TestPageWorksInABrowser(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on this machine: the page is not opened in a browser")
	}
	g := NewWithT(t)
	path := filepath.Join(t.TempDir(), "report.html")
	g.Expect(os.WriteFile(path, []byte(write(t, recorded.Told())), 0o600)).To(Succeed())
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	shown, err := exec.CommandContext(ctx, browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(),
		"--dump-dom", "file://"+path).Output()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(shown)).To(ContainSubstring(">13 of 13 requirements</p>"), "the script ran")
	g.Expect(string(shown)).NotTo(ContainSubstring(`id="filters" role="search" aria-label="Filter the requirements" hidden`))
}

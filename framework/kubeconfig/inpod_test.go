package kubeconfig

import (
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

func TestAPodReachesItsOwnCluster(t *testing.T) {
	g := NewWithT(t)
	account, folder := t.TempDir(), filepath.Join(t.TempDir(), "state")
	t.Setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
	t.Setenv("KUBERNETES_SERVICE_PORT", "443")
	_, err := InPod(account, folder)
	g.Expect(err).To(MatchError(And(ContainSubstring("token"), ContainSubstring("csicert job"))))

	g.Expect(os.WriteFile(filepath.Join(account, "token"), []byte("first"), 0o600)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(account, "ca.crt"), nil, 0o600)).To(Succeed())
	file, err := InPod(account, folder)
	g.Expect(err).NotTo(HaveOccurred())
	cfg, err := REST(file, InPodContext)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(cfg.Host).To(Equal("https://[fd00::1]:443"))
	g.Expect(cfg.BearerTokenFile).To(Equal(filepath.Join(account, "token")), "a token in the file would not be renewed")
	g.Expect(cfg.CAFile).To(Equal(filepath.Join(account, "ca.crt")))

	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	_, err = InPod(account, folder)
	g.Expect(err).To(MatchError(ContainSubstring("KUBERNETES_SERVICE_HOST")))
}

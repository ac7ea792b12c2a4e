package engine

import (
	"errors"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

func TestMessagesNameWhatWasFoundAndWhatIsAccepted(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		says []string
	}{
		"socket": {&SocketDenied{Socket: "/run/d.sock", User: "ann", Owner: "root", Group: "docker", Mode: 0o660},
			[]string{"/run/d.sock", "user ann", "owner root", "group docker", "0660", "accepted: a member of group docker, or root"}},
		"endpoint": {&Unreachable{Setting: "DOCKER_HOST", Address: "tcp://h:1", Answer: "refused"},
			[]string{"DOCKER_HOST is tcp://h:1", "refused", "accepted:", "DOCKER_HOST unset"}},
		"engine": {&NoEngine{Found: "the system is Fedora 42"}, []string{"the system is Fedora 42", "install Docker", "as root on Debian or Ubuntu"}},
		"space":  {&NoSpace{Path: "/d", Found: 1 << 30, Need: 5 << 29}, []string{"/d", "found 1.0 GiB", "accepted is 2.5 GiB"}},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			for _, part := range c.says {
				g.Expect(c.err).To(MatchError(ContainSubstring(part)))
			}
			var bad interface{ BadInput() bool }
			g.Expect(errors.As(c.err, &bad)).To(BeTrue())
			g.Expect(bad.BadInput()).To(BeTrue())
		})
	}
}

func TestRoom(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	free, err := FreeSpace(dir)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(free).To(BeNumerically(">", 0))
	absent := filepath.Join(dir, "not", "yet")
	g.Expect(room(absent, 1)).To(Succeed())
	var refused *NoSpace
	g.Expect(errors.As(room(absent, 1<<62), &refused)).To(BeTrue())
	g.Expect(refused.Path).To(Equal(absent))
	g.Expect(refused.Need).To(BeEquivalentTo(1 << 62))
}

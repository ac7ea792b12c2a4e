package engine

import (
	"os"
	"testing"

	. "github.com/onsi/gomega"
)

// line is a /proc/PID/stat whose command name holds what a careless parser trips over.
func line(state, start string) string {
	return "7 (a) b (c) " + state + " 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 11 0 " + start + " 1 2 3\n"
}

func TestIdentityIsOfOneProcess(t *testing.T) {
	ours := identity{PID: 7, Start: 142338, Boot: "boot-1"}
	for name, c := range map[string]struct {
		with  map[string]string
		alive bool
	}{
		"the very process":          {map[string]string{"proc/7/stat": line("S", "142338")}, true},
		"gone":                      {nil, false},
		"its number given to other": {map[string]string{"proc/7/stat": line("S", "142339")}, false},
		"ended, not yet reaped":     {map[string]string{"proc/7/stat": line("Z", "142338")}, false},
		"after a reboot":            {map[string]string{"proc/7/stat": line("S", "142338"), "proc/sys/kernel/random/boot_id": "boot-2\n"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			alive, err := ours.alive(machine(c.with))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(alive).To(Equal(c.alive))
		})
	}
}

func TestNothingRecordedIsNotAlive(t *testing.T) {
	g := NewWithT(t)
	alive, err := identity{Boot: "boot-1"}.alive(machine(map[string]string{"proc/0/stat": line("S", "0")}))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(alive).To(BeFalse())
}

func TestRunningComparesTheName(t *testing.T) {
	g := NewWithT(t)
	root := machine(map[string]string{"proc/7/stat": line("S", "1")})
	g.Expect(running(root, 7, "a) b (c")).To(BeTrue())
	g.Expect(running(root, 7, "dockerd")).To(BeFalse())
	g.Expect(running(os.DirFS("/"), os.Getpid(), "dockerd")).To(BeFalse())
}

package engine

import (
	"testing"

	. "github.com/onsi/gomega"
)

func TestRelease(t *testing.T) {
	for name, c := range map[string]struct {
		file   string
		debian bool
		called string
	}{
		"Debian":           {"PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n", true, "Debian GNU/Linux 12 (bookworm)"},
		"Ubuntu":           {"ID=ubuntu\nID_LIKE=debian\nPRETTY_NAME='Ubuntu 24.04'\n", true, "Ubuntu 24.04"},
		"one of its kin":   {"ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", true, "linuxmint"},
		"another":          {"ID=\"fedora\"\nPRETTY_NAME=\"Fedora 42\"\n", false, "Fedora 42"},
		"a name is no kin": {"ID=notdebian\nID_LIKE=\"debianish\"\n", false, "notdebian"},
		"no file":          {"", false, "a system without /etc/os-release"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			got := readRelease(machine(map[string]string{"etc/os-release": c.file}))
			g.Expect(got.debian()).To(Equal(c.debian))
			g.Expect(got.Name).To(Equal(c.called))
		})
	}
}

func TestNewPackagesLeavesOutUpgrades(t *testing.T) {
	plan := "NOTE: This is only a simulation!\n" +
		"Inst runc (1.1.5 Debian:12 [amd64])\nInst libc6 [2.36-1] (2.36-9 Debian:12 [amd64])\nInst docker.io (20.10 Debian:12 [amd64])\n" +
		"Conf runc (1.1.5 Debian:12 [amd64])\n"
	NewWithT(t).Expect(newPackages(plan)).To(Equal([]string{"runc", "docker.io"}))
}

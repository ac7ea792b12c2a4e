package capability

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

func TestMissing(t *testing.T) {
	for name, c := range map[string]struct {
		bounding string
		last     int
		want     []string
	}{
		"a full set":                     {"000001ffffffffff", 40, nil},
		"resource limits cannot be set":  {"000001fffeffffff", 40, []string{"CAP_SYS_RESOURCE"}},
		"sorted by name, not by bit":     {"000001ffeeffffff", 40, []string{"CAP_LEASE", "CAP_SYS_RESOURCE"}},
		"an older kernel knows fewer":    {"0000003fffffffff", 37, nil},
		"a newer one is named by number": {"000001ffffffffff", 41, []string{"CAP_41"}},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			got, err := Missing(strings.NewReader("Name:\tx\nCapPrm:\t0\nCapBnd:\t"+c.bounding+"\n"), c.last)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(got).To(Equal(c.want))
		})
	}
}

func TestMissingRefusesWhatItCannotRead(t *testing.T) {
	for name, c := range map[string]struct{ status, says string }{
		"no bounding set": {"Name:\tx\n", "without a CapBnd line"},
		"not hexadecimal": {"CapBnd:\tzz\n", "capability bounding set"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Missing(strings.NewReader(c.status), 40)
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring(c.says)))
		})
	}
}

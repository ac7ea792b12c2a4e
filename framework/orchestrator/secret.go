package orchestrator

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
)

// Handed are the secrets of a class with one that nobody else has, which is returned, too. What a driver does not know among
// its secrets it leaves alone: a CO may pass all secrets to all calls.
func (c *CO) Handed(class Class) (secrets map[string]string, canary string) {
	secrets, canary = maps.Clone(class.Secrets), rand.Text()
	if secrets == nil {
		secrets = map[string]string{}
	}
	secrets["csicert-canary"] = canary
	return secrets, canary
}

// MustNotLog requires that no log of the driver's has the secret, as it is or in base64.
func (c *CO) MustNotLog(ctx context.Context, secret string) {
	ginkgo.GinkgoHelper()
	logs, err := c.Logs(ctx)
	if err != nil {
		c.Blocked("reading the driver's logs", err.Error())
	}
	if len(logs) == 0 {
		c.Blocked("reading the driver's logs", "there are none to look at")
	}
	forms := []string{secret, base64.StdEncoding.EncodeToString([]byte(secret))}
	for _, where := range slices.Sorted(maps.Keys(logs)) {
		for line := range strings.Lines(logs[where]) {
			for _, written := range forms {
				if at := strings.Index(line, written); at >= 0 {
					c.Fail(fmt.Sprintf("expected: no log of the driver's to have a secret that it was handed\nobserved: %s: ...%s",
						where, strings.TrimSpace(line[max(0, at-around):min(len(line), at+len(written)+around)])))
				}
			}
		}
	}
	c.Say("the secret is in none of %d logs", len(logs))
}

// around is how much of a line is told on both sides of a secret: bytes.
const around = 120

package evidence

import (
	"testing"

	. "github.com/onsi/gomega"
)

func TestRedactRemovesSecrets(t *testing.T) {
	for given, want := range map[string]string{
		`password: hunter2`:              `password: <removed>`,
		`{"token":"abc.def","name":"x"}`: `{"token":<removed>,"name":"x"}`,
		`Authorization: Bearer eyJhbGci`: `Authorization: <removed>`,
		`--secret=s3cr3t --verbose`:      `--secret=<removed> --verbose`,
		`aws_access_key='A B'`:           `aws_access_key=<removed>`,
		"-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----": "<private key removed>",
	} {
		NewWithT(t).Expect(Redact(given)).To(Equal(want), given)
	}
}

func TestRedactLeavesTheRest(t *testing.T) {
	text := "volume is Bound\nnode: worker-1\nsecretless: no"
	NewWithT(t).Expect(Redact(text)).To(Equal(text))
}

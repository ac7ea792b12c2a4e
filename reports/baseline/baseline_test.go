package baseline_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/reports/baseline"
	"csicert/reports/internal/recorded"
	"csicert/reports/verdict"
)

var today = time.Date(2026, 5, 4, 23, 59, 0, 0, time.UTC)

func requirements() []catalogue.Requirement {
	wish := recorded.Requirement("LOCAL-003", "a wish")
	wish.Level = catalogue.Should
	return []catalogue.Requirement{recorded.Requirement("LOCAL-001", "a promise"), recorded.Requirement("LOCAL-002", "another"), wish}
}

func load(t *testing.T, text string) (*verdict.Baseline, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "known.yaml")
	NewWithT(t).Expect(os.WriteFile(path, []byte(text), 0o600)).To(Succeed())
	return baseline.Load(path, requirements(), today)
}

const head = "apiVersion: csicert/v1\nkind: Baseline\nentries:\n"

func entry(id, expires string) string {
	return "- id: " + id + "\n  reason: it leaks\n  link: https://example.com/7\n  expires: " + expires + "\n"
}

func TestBaselineIsSortedAndHoldsOnItsLastDay(t *testing.T) {
	g := NewWithT(t)
	b, err := load(t, "# known\n"+head+entry("LOCAL-002", "2027-01-31")+entry("LOCAL-001", "2026-05-04"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(b.Known).To(Equal([]verdict.Known{
		{ID: "LOCAL-001", Reason: "it leaks", Link: "https://example.com/7", Expires: "2026-05-04"},
		{ID: "LOCAL-002", Reason: "it leaks", Link: "https://example.com/7", Expires: "2027-01-31"}}))
	b, err = load(t, strings.TrimSuffix(head, "\n")+" []\n")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(b.Known).To(BeEmpty(), "nothing is known to fail any more, and the job need not be edited")
}

func TestBaselinesThatAreRefused(t *testing.T) {
	one := head + entry("LOCAL-001", "2027-01-31")
	for name, c := range map[string]struct{ text, says string }{
		"empty":             {" \n", "known.yaml: file: found nothing in it; accepted: a YAML file of kind Baseline"},
		"comments":          {"# nothing\n", "file: found comments only"},
		"binary":            {"\x7fELF\x00\x01", "file: found binary content"},
		"not UTF-8":         {"apiVersion: \xff\xfe", "file: found binary content"},
		"huge":              {strings.Repeat("# ten mebibytes\n", 10<<20/16), "file: found 10485760 bytes; accepted: a YAML file of kind Baseline, up to 1 MiB"},
		"no YAML":           {"a: [", "YAML: found"},
		"two documents":     {one + "---\n" + one, "YAML: found more than one document"},
		"a list":            {"- a\n", "known.yaml:1: file: found a list; accepted: the keys apiVersion, kind, entries"},
		"no apiVersion":     {"kind: Baseline\nentries: []\n", `apiVersion: found nothing; accepted: csicert/v1`},
		"apiVersion":        {strings.Replace(one, "v1", "v9", 1), `known.yaml:1: apiVersion: found "csicert/v9"; accepted: csicert/v1`},
		"kind":              {strings.Replace(one, "Baseline", "Driver", 1), `known.yaml:2: kind: found "Driver"; accepted: Baseline`},
		"no entries":        {"apiVersion: csicert/v1\nkind: Baseline\n", "entries: found nothing; accepted: a list"},
		"entries":           {"apiVersion: csicert/v1\nkind: Baseline\nentries: {}\n", "known.yaml:3: entries: found a mapping"},
		"an unknown key":    {one + "  owner: me\n", "known.yaml:8: entries[0].owner: found an unknown key; accepted: id, reason, link, expires"},
		"a key twice":       {one + "  id: LOCAL-002\n", "known.yaml:8: entries[0].id: found a key that line 4 has, too; accepted: each key once"},
		"a wrong type":      {head + "- id: [LOCAL-001]\n", "known.yaml:4: entries[0].id: found a list; accepted: a text"},
		"an entry's form":   {head + "- LOCAL-001\n", `known.yaml:4: entries[0]: found the text "LOCAL-001"; accepted: the keys id, reason, link, expires`},
		"an alias":          {head + "- id: &a LOCAL-001\n  reason: *a\n", "known.yaml:5: entries[0].reason: found an alias; accepted: a text"},
		"unknown ID":        {head + entry("LOCAL-009", "2027-01-31"), `known.yaml:4: entries[0].id: found "LOCAL-009"`},
		"an ID twice":       {one + entry("LOCAL-001", "2027-01-31"), "known.yaml:8: entries[1].id: found LOCAL-001, which line 4 has, too"},
		"a wish":            {head + entry("LOCAL-003", "2027-01-31"), "entries[0].id: found LOCAL-003, a SHOULD: it is a warning and never gates"},
		"expired":           {head + entry("LOCAL-001", "2026-05-03"), "known.yaml:7: entries[0].expires: found 2026-05-03, which is past: LOCAL-001 gates again"},
		"no day":            {head + entry("LOCAL-001", "soon"), `known.yaml:7: entries[0].expires: found "soon"; accepted: the last day`},
		"no reason":         {strings.Replace(one, "  reason: it leaks\n", "", 1), "entries[0].reason: found nothing; accepted: why it fails"},
		"an empty reason":   {strings.Replace(one, "it leaks", `" "`, 1), "known.yaml:5: entries[0].reason: found nothing"},
		"no address":        {strings.Replace(one, "https://example.com/7", "javascript:1", 1), "known.yaml:6: entries[0].link: found what is no such address"},
		"a password in it":  {strings.Replace(one, "https://", "https://a:secret@", 1), "entries[0].link: found what is no such address, or one with a password"},
		"a day that is not": {head + entry("LOCAL-001", "2026-02-30"), `entries[0].expires: found "2026-02-30"`},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			_, err := load(t, c.text)
			g.Expect(err).To(MatchError(ContainSubstring(c.says)))
			g.Expect(err).NotTo(MatchError(ContainSubstring("secret")))
			var bad interface{ BadInput() bool }
			g.Expect(errors.As(err, &bad) && bad.BadInput()).To(BeTrue())
		})
	}
	g := NewWithT(t)
	_, err := baseline.Load(filepath.Join(t.TempDir(), "none"), nil, today)
	g.Expect(err).To(MatchError(ContainSubstring("file: found what cannot be read (no such file or directory)")))
	_, err = baseline.Load(t.TempDir(), nil, today)
	g.Expect(err).To(MatchError(ContainSubstring("file: found no regular file")))
}

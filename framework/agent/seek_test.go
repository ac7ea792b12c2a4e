package agent

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"csicert/framework/payload"
)

func TestSeekFindsNamesWhereVolumesStand(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	for _, folder := range []string{"a/volumes/v-1/data/v-2", "b/snapshots/s-1", "c/d/e/f/v-2", "elsewhere"} {
		g.Expect(os.MkdirAll(filepath.Join(dir, folder), 0o700)).To(Succeed())
	}
	g.Expect(os.Symlink(dir, filepath.Join(dir, "elsewhere", "loop"))).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(dir, "v-3"), nil, 0o600)).To(Succeed())
	seek := func(names ...string) []payload.Path {
		request, err := Parse(Seek{Under: dir, Names: names}.Args())
		g.Expect(err).NotTo(HaveOccurred())
		var out bytes.Buffer
		g.Expect(request.run(t.Context(), nil, &out)).To(Succeed())
		var found Names
		g.Expect(json.Unmarshal(out.Bytes(), &found)).To(Succeed())
		return found.Names
	}
	g.Expect(seek("v-1", "s-1", "v-3")).To(ConsistOf(payload.Path("a/volumes/v-1"), payload.Path("b/snapshots/s-1"), payload.Path("v-3")))
	g.Expect(seek("v-2")).To(BeEmpty(), "what is in a volume is its user's")
	g.Expect(seek("v")).To(BeEmpty())
}

func TestSurveyTellsWhatStandsThere(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	g.Expect(os.MkdirAll(filepath.Join(dir, "a/volumes/v-1/data/in-the-volume"), 0o700)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(dir, "state.json"), nil, 0o600)).To(Succeed())
	g.Expect(os.Symlink(dir, filepath.Join(dir, "loop"))).To(Succeed())
	request, err := Parse(Survey{Under: dir}.Args())
	g.Expect(err).NotTo(HaveOccurred())
	var out bytes.Buffer
	g.Expect(request.run(t.Context(), nil, &out)).To(Succeed())
	var found Names
	g.Expect(json.Unmarshal(out.Bytes(), &found)).To(Succeed())
	g.Expect(found.Names).To(Equal([]payload.Path{"a", "a/volumes", "a/volumes/v-1", "a/volumes/v-1/data", "loop", "state.json"}))
	g.Expect(Survey{Under: dir + "/none"}.run(t.Context(), nil, &out)).NotTo(Succeed())
}

func TestSeekIsToldWhatItNeeds(t *testing.T) {
	for _, args := range [][]string{{"seek", "--", "name"}, {"seek", "-under=/x"}, {"seek", "-under=/x", "--", "../name"}, {"seek", "-under=/x", "--", ""},
		{"survey"}, {"survey", "-under=/x", "name"}} {
		_, err := Parse(args)
		NewWithT(t).Expect(err).To(BeAssignableToTypeOf(UsageError{}), "%v", args)
	}
	request, err := Parse([]string{"seek", "-under=/there/is/none", "--", "name"})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	NewWithT(t).Expect(request.run(t.Context(), nil, &bytes.Buffer{})).NotTo(Succeed())
}

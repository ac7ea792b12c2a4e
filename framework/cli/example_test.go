package cli

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"
)

var (
	csicertCalls = regexp.MustCompile(`(?:csicert|\$\(CSICERT\)) (e2e|[a-z]+) ([^\n]*)`)
	flagOfACall  = regexp.MustCompile(`(?:^|\s)--([a-z-]+)`)
)

func TestExamplesUseVerbsAndFlagsThatExist(t *testing.T) {
	for word, file := range exampleFiles() {
		t.Run(word, func(t *testing.T) {
			g := NewWithT(t)
			code, text, stderr := call(t, "example", word)
			g.Expect(stderr).To(BeEmpty())
			g.Expect(code).To(Equal(0))
			g.Expect(text).NotTo(MatchRegexp(`[a-z]+\.(io|com)/`), "no registry's host")
			g.Expect(text).NotTo(ContainSubstring("|| true"))
			if strings.HasSuffix(file, "ml") {
				var tree map[string]any
				g.Expect(yaml.UnmarshalStrict([]byte(text), &tree)).To(Succeed())
				g.Expect(tree).NotTo(BeEmpty())
			}
			joined := regexp.MustCompile(`\n +--`).ReplaceAllString(text, " --") // folded lines
			joined = regexp.MustCompile(`#[^\n]*`).ReplaceAllString(joined, "")
			verbs := map[string]int{}
			for _, found := range csicertCalls.FindAllStringSubmatch(joined, -1) {
				cmd := (&app{stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}).root()
				verb, _, err := cmd.Find([]string{found[1]})
				g.Expect(err).NotTo(HaveOccurred(), found[0])
				g.Expect(verb.Name()).To(Equal(found[1]))
				flags := flagOfACall.FindAllStringSubmatch(found[2], -1)
				g.Expect(flags).NotTo(BeEmpty(), found[0])
				for _, f := range flags {
					g.Expect(hasFlag(verb, f[1])).To(BeTrue(), "csicert %s --%s", found[1], f[1])
				}
				verbs[found[1]]++
			}
			g.Expect(verbs).To(And(HaveKey("e2e"), HaveKey("compare")))
		})
	}
	g := NewWithT(t)
	code, _, stderr := call(t, "example", "jenkins")
	g.Expect(stderr).To(ContainSubstring(`example: found "jenkins"; accepted: github, gitlab or make`))
	g.Expect(code).To(Equal(4))
}

func hasFlag(cmd *cobra.Command, flag string) bool {
	return cmd.Flags().Lookup(flag) != nil || cmd.InheritedFlags().Lookup(flag) != nil
}

// The Makefile is run with a stand-in for csicert, whose compare ends with the code that the test wants.
func TestExampleMakefileGates(t *testing.T) {
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("this machine has no make")
	}
	for name, c := range map[string]struct {
		judged, compared string
		lastGood         bool
		ends             bool
	}{
		"the first good run":  {"0", "1", false, true},
		"the driver is wrong": {"1", "0", true, false},
		"nothing worse":       {"0", "0", true, true},
		"only slower":         {"0", "2", true, true},
		"worse":               {"0", "1", true, false},
		"not comparable":      {"0", "4", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			dir := t.TempDir()
			g.Expect(os.MkdirAll(filepath.Join(dir, "out", "latest"), 0o700)).To(Succeed())
			g.Expect(os.WriteFile(filepath.Join(dir, "out", "latest", "record.json"), []byte("new"), 0o600)).To(Succeed())
			g.Expect(os.WriteFile(filepath.Join(dir, "csicert"), []byte("#!/bin/sh\ncase $1 in e2e) exit "+c.judged+";; compare) exit "+c.compared+";; esac\n"), 0o700)).To(Succeed())
			if c.lastGood {
				g.Expect(os.WriteFile(filepath.Join(dir, "last-good.json"), []byte("old"), 0o600)).To(Succeed())
			}
			text, err := examples.ReadFile("examples/Makefile")
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(os.WriteFile(filepath.Join(dir, "Makefile"), text, 0o600)).To(Succeed())
			cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "make", "conformance", "CSICERT=./csicert")
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			if c.ends {
				g.Expect(err).NotTo(HaveOccurred(), string(out))
				g.Expect(os.ReadFile(filepath.Join(dir, "last-good.json"))).To(BeEquivalentTo("new"))
				return
			}
			g.Expect(err).To(MatchError("exit status 2"), "make's")
			g.Expect(os.ReadFile(filepath.Join(dir, "last-good.json"))).To(BeEquivalentTo("old"), "a bad run is no measure")
		})
	}
}

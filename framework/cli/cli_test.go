package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

func call(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = Main(t.Context(), args, &out, &err)
	return code, out.String(), err.String()
}

func TestBadInputEndsWithFourAndSaysWhatIsAccepted(t *testing.T) {
	dir := t.TempDir()
	noWorkers := filepath.Join(dir, "kind.yaml")
	NewWithT(t).Expect(os.WriteFile(noWorkers, []byte("kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{role: control-plane}]\n"), 0o600)).To(Succeed())
	folders := []string{"--state-dir", filepath.Join(dir, "state"), "--out", filepath.Join(dir, "out")}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"unknown command":      {[]string{"certfy"}, `command of csicert: found "certfy"; accepted: bench, clean, cluster, compare, completion, definition, doctor, down, e2e,`},
		"unknown subcommand":   {[]string{"image", "x"}, `command of csicert image: found "x"; accepted: agent, build, harness, list, load, save`},
		"unknown flag":         {[]string{"e2e", "--sead", "1"}, `flags of csicert e2e: found unknown flag: --sead; accepted: --agent-image,`},
		"no number":            {[]string{"e2e", "--procs", "x"}, `--procs: found "x"; accepted: a whole number`},
		"no value":             {[]string{"e2e", "--seed"}, `--seed: found no value; accepted: a whole number`},
		"no such level":        {[]string{"e2e", "--pod-security", "privileged"}, `--pod-security: found "privileged"; accepted: baseline or restricted`},
		"no processes":         {[]string{"e2e", "--procs", "0"}, `--procs: found 0; accepted: 1 to 64`},
		"no time":              {[]string{"e2e", "--timeout", "0s"}, `--timeout: found 0s; accepted: a time above zero`},
		"an argument too many": {[]string{"e2e", "x"}, `arguments of csicert e2e: found ["x"]; accepted: none`},
		"no argument":          {[]string{"report"}, `arguments of csicert report: found []; accepted: one: the ID of a run`},
		"no such shape":        {[]string{"e2e", "--shape", "zonez"}, `--shape: found no such shape and no such file; accepted: one of one-zone, zones`},
		"no workers":           {[]string{"e2e", "--shape", noWorkers}, `nodes: found no node with role worker; accepted: at least one`},
		"unknown label":        {[]string{"e2e", "--label-filter", "area:NOPE"}, `--label-filter: found the label "area:NOPE"`},
		"unknown ID":           {[]string{"e2e", "--focus", "NOPE-001"}, `--focus: found "NOPE-001"; accepted: the ID of a requirement: BIND-001 to`},
		"no kubeconfig":        {[]string{"e2e", "--kubeconfig", "/nonexistent", "--context", "x"}, `--kubeconfig: found /nonexistent, which cannot be read`},
		"no context":           {[]string{"e2e", "--kubeconfig", "/nonexistent"}, `--kubeconfig, --context: found "/nonexistent", ""; accepted: both`},
		"two kinds of reuse":   {[]string{"e2e", "--kubeconfig", "a", "--context", "b", "--reuse", "c"}, `--reuse: found c beside --kubeconfig`},
		"foreign source":       {[]string{"e2e", "--source", dir}, `--source: found ` + dir + `, which is not in csicert's checkout`},
		"unknown variation":    {[]string{"variations", "--focus", "slow,slowest"}, `--focus: found "slowest"; accepted: the ID of a requirement that a variation of the focus can affect, or one of answers-lost-twice,`},
		"not affected":         {[]string{"variations", "--focus", "snapshot-ready-later,BIND-001"}, `--focus: found "BIND-001"; accepted:`},
		"nothing to vary":      {[]string{"variations", "--driver", "none"}, `--driver: found none; accepted: bundled`},
		"a filter of mutants":  {[]string{"mutants", "--label-filter", "area:SNAP"}, `flags of csicert mutants: found --label-filter or --keep-failed; accepted: --focus`},
		"no driver":            {[]string{"external", "--driver", "none"}, `--driver: found "none"; accepted: bundled or a definition file`},
		"no words for a suite": {[]string{"external", "--driver", "x.yaml"}, `--testdriver: found none beside --driver x.yaml; accepted: the file`},
		"no such test driver":  {[]string{"external", "--testdriver", "/nonexistent"}, `--testdriver: found /nonexistent, which cannot be read`},
		"no expression":        {[]string{"external", "--specs", "("}, `--specs: found "("`},
		"no such cluster":      {[]string{"cluster", "delete", "nope"}, `cluster name: found "nope", which csicert did not make`},
		"a file that is there": {[]string{"init", "--file", "cli_test.go"}, `--file: found cli_test.go, which is there; accepted: a file that is not there yet, or --force`},
		"no cluster to ask":    {[]string{"init"}, `--kubeconfig, --context: found "", ""; accepted: both`},
		"no cluster to see":    {[]string{"doctor", "--driver", "bundled"}, `--kubeconfig, --context: found "", ""; accepted: both`},
		"no cluster":           {[]string{"down"}, `--kubeconfig, --context: found "", ""; accepted: both`},
		"no run's ID":          {[]string{"down", "--run", "a,b"}, `--run: found "a,b"; accepted: the ID of a run`},
		"one run only":         {[]string{"compare", "latest"}, `arguments of csicert compare: found ["latest"]; accepted: two: each the ID of a run`},
		"no factor":            {[]string{"compare", "a", "b", "--slower", "x"}, `--slower: found "x"; accepted: a number`},
		"no such form":         {[]string{"compare", "a", "b", "--output", "xml"}, `--output: found "xml"; accepted: text, markdown, json, yaml`},
		"loud progress":        {[]string{"e2e", "--progress", "loud"}, `--progress: found "loud"; accepted: auto, live, plain, json or none`},
		"no such version":      {[]string{"e2e", "--kubernetes", "1.2"}, `--kubernetes: found 1.2; accepted: none, for the newest, or one of 1.34`},
		"two versions":         {[]string{"e2e", "--kubernetes", "1.34", "--reuse", "c"}, `--kubernetes: found 1.34 beside a cluster that is there`},
		"a job of nothing":     {[]string{"job"}, `--image: found ""; accepted: an image reference`},
		"a job of words":       {[]string{"job", "x"}, `command of csicert job: found "x"; accepted: results, run`},
		"a job of everything":  {[]string{"job", "--driver", "bundled"}, `--driver: found bundled, a driver that csicert installs; accepted: one that is installed already`},
		"no job's pod":         {[]string{"job", "run", "--results", filepath.Join(dir, "none")}, `csicert job run: found no KUBERNETES_SERVICE_HOST`},
		"no place for results": {[]string{"job", "run"}, `--results: found nothing; accepted: the path of a new file`},
		"no static csicert":    {[]string{"image", "harness", filepath.Join(dir, "none")}, `csicert image harness: found a csicert that needs its checkout; accepted: the static one`},
		"no such statement":    {[]string{"verify", filepath.Join(dir, "none"), "latest"}, "statement: found no file"},
		"no such record":       {[]string{"report", filepath.Join(dir, "none")}, "run record: found no file"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			code, _, stderr := call(t, append(c.args, folders...)...)
			if name == "no value" {
				code, _, stderr = call(t, append(folders, c.args...)...)
			}
			g.Expect(stderr).To(ContainSubstring(c.says))
			g.Expect(code).To(Equal(4))
		})
	}
}

func TestRequirementsAreHeldAgainstAFile(t *testing.T) {
	g := NewWithT(t)
	page := filepath.Join(t.TempDir(), "page.md")
	code, _, stderr := call(t, "requirements", "--file", page, "--check")
	g.Expect(stderr).To(ContainSubstring("run make requirements"))
	g.Expect(code).To(Equal(1))
	code, _, _ = call(t, "requirements", "--file", page)
	g.Expect(code).To(Equal(0))
	code, _, _ = call(t, "requirements", "--file", page, "--check")
	g.Expect(code).To(Equal(0))
	written, err := os.ReadFile(page)
	g.Expect(err).NotTo(HaveOccurred())
	_, stdout, _ := call(t, "requirements")
	g.Expect(stdout).To(Equal(string(written)))
}

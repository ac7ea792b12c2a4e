package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

// standIn puts a program in the place of Ginkgo's command.
func standIn(t *testing.T, script string) Params {
	t.Helper()
	dir := t.TempDir()
	p := Params{Ginkgo: filepath.Join(dir, "ginkgo"), Dir: dir, Out: &bytes.Buffer{}, Specs: 2, Procs: 1, Timeout: time.Minute, Log: slog.New(slog.DiscardHandler)}
	NewWithT(t).Expect(os.WriteFile(p.Ginkgo, []byte("#!/bin/sh\n"+script), 0o700)).To(Succeed())
	return p
}

const oneReport = `echo '[{"SpecialSuiteFailureReasons":["Interrupted by User"],"SpecReports":[{"LeafNodeText":"x"}]}]' > ginkgo.json
`

func TestRunReadsTheReportOfFailedSpecs(t *testing.T) {
	g := NewWithT(t)
	p := standIn(t, oneReport+`printf '• [FAILED] [1.25 seconds]\nlocal a sentence [LOCAL-001, level:MUST]\n'; exit 1`)
	o, err := Run(t.Context(), p)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(o.Specs()).To(HaveLen(1))
	g.Expect(o.Interrupted()).To(Equal("Interrupted by User"))
	g.Expect(p.Out.(*bytes.Buffer).String()).To(MatchRegexp(`1 of 2 +LOCAL-001 +failed +1\.2 s`))
}

func TestRunGivesGinkgoAndTheSuitesWhatIsTheirs(t *testing.T) {
	g := NewWithT(t)
	p := standIn(t, oneReport+`echo "$@ LIST=$LIST"; printf '• [1.0 seconds]\nan odd line\nS [SKIPPED] [0.0 seconds]\nno name\n'`)
	p.Specs = 0
	p.Suite, p.Args, p.Env, p.Select = "x.test", []string{"-a=b"}, []string{"LIST=here"}, []string{"--focus=one", "--skip=two"}
	p.Name = func(line string) string {
		if strings.Contains(line, "odd") {
			return "odd"
		}
		return ""
	}
	_, err := Run(t.Context(), p)
	g.Expect(err).NotTo(HaveOccurred())
	log, err := os.ReadFile(filepath.Join(p.Dir, logFile))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(log)).To(ContainSubstring("--focus=one --skip=two x.test -- -a=b LIST=here"))
	g.Expect(p.Out.(*bytes.Buffer).String()).To(MatchRegexp(`^  +1 +odd +passed +1\.0 s\n$`))
}

func TestACrowdedRunSparesTheCores(t *testing.T) {
	g := NewWithT(t)
	for crowded, percent := range map[bool]int{false: gcPercent, true: crowdedPercent} {
		p := standIn(t, oneReport+`echo "GOGC=$GOGC."`)
		p.Crowded = crowded
		_, err := Run(t.Context(), p)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(os.ReadFile(filepath.Join(p.Dir, logFile))).To(ContainSubstring("GOGC=%d.", percent))
	}
}

func TestRunWithoutAReportSaysWhatWasPrinted(t *testing.T) {
	_, err := Run(t.Context(), standIn(t, "echo 'no such flag'; exit 2"))
	NewWithT(t).Expect(err).To(MatchError(And(ContainSubstring("without a report"), ContainSubstring("exit status 2"), ContainSubstring("no such flag"))))
}

func TestInterruptedSuitesUndoBeforeTheyEnd(t *testing.T) {
	g := NewWithT(t)
	p := standIn(t, `undo() { touch undone; `+strings.TrimSpace(oneReport)+`; exit 1; }; trap undo INT
touch started; while :; do sleep 0.05; done`)
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		defer cancel(errors.New("the user"))
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for range tick.C {
			if _, err := os.Stat(filepath.Join(p.Dir, "started")); err == nil {
				return
			}
		}
	}()
	o, err := Run(ctx, p)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(o.Specs()).To(HaveLen(1))
	g.Expect(filepath.Join(p.Dir, "undone")).To(BeAnExistingFile())
}

func TestProgressTellsEverySpecOnce(t *testing.T) {
	g := NewWithT(t)
	var log, out bytes.Buffer
	p := &progress{log: &log, out: &out, total: 3, count: new(Count)}
	const text = "• [2.000 seconds]\nlocal a [LOCAL-001, level:MUST]\nP [PENDING]\n  • [1.000 seconds]\nquoted [BIND-009, x]\nS [SKIPPED] [0.000 seconds]\nbind b [BIND-002, level:MUST]\nlater [BIND-003, x]\n"
	for _, b := range []byte(text) { // in whatever pieces it comes
		n, err := p.Write([]byte{b})
		g.Expect(n, err).To(Equal(1))
	}
	g.Expect(log.String()).To(Equal(text))
	g.Expect(strings.Split(strings.TrimSpace(out.String()), "\n")).To(HaveExactElements(
		MatchRegexp(`1 of 3 +LOCAL-001 +passed +2\.0 s`), MatchRegexp(`2 of 3 +BIND-002 +skipped +0\.0 s`)))
}

// listener is an Out that tells of specs itself.
type listener struct {
	bytes.Buffer
	heard []string
}

func (l *listener) SpecEnded(name, outcome string, seconds float64) {
	l.heard = append(l.heard, fmt.Sprintf("%s %s %.1f", name, outcome, seconds))
}

func TestWhoTellsOfSpecsItselfGetsNoLines(t *testing.T) {
	g := NewWithT(t)
	out := &listener{}
	p := &progress{log: &bytes.Buffer{}, out: out}
	_, err := p.Write([]byte("• [2.000 seconds]\nlocal a [LOCAL-001, level:MUST]\n• [TIMEDOUT] [3.000 seconds]\nlocal b [LOCAL-002, level:MUST]\n"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(out.heard).To(Equal([]string{"LOCAL-001 passed 2.0", "LOCAL-002 timedout 3.0"}))
	g.Expect(out.String()).To(BeEmpty())
}

func TestProcsFitTheMachine(t *testing.T) {
	const gib = 1 << 30
	for _, c := range []struct {
		cores     int
		available int64
		want      int
	}{{2, 20 * gib, 4}, {2, 5 * gib, 2}, {1, gib, 1}, {64, 512 * gib, 8}} {
		NewWithT(t).Expect(procs(c.cores, c.available)).To(Equal(c.want), fmt.Sprint(c))
	}
}

func TestMemAvailable(t *testing.T) {
	g := NewWithT(t)
	g.Expect(memAvailable([]byte("MemTotal: 9 kB\nMemAvailable:   2048 kB\n"))).To(Equal(int64(2 << 20)))
	_, err := memAvailable([]byte("MemTotal: 9 kB\n"))
	g.Expect(err).To(MatchError(ContainSubstring("no MemAvailable")))
}

// process adds one to a proc file system.
func process(t *testing.T, proc string, pid, parent int, program string, pssKiB int) {
	t.Helper()
	g := NewWithT(t)
	dir := filepath.Join(proc, strconv.Itoa(pid))
	g.Expect(os.MkdirAll(dir, 0o700)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(dir, "stat"), fmt.Appendf(nil, "%d (odd) name) S %d 1 1", pid, parent), 0o600)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(dir, "smaps_rollup"), fmt.Appendf(nil, "head\nRss: 99 kB\nPss:   %d kB\nPss_Anon: 7 kB\n", pssKiB), 0o600)).To(Succeed())
	g.Expect(os.Symlink(program, filepath.Join(dir, "exe"))).To(Succeed())
}

func TestSamplerCountsTheHarnessOnly(t *testing.T) {
	g := NewWithT(t)
	self := os.Getpid()
	s := &Sampler{own: "/state/bin", proc: t.TempDir()}
	process(t, s.proc, self, 1, "/csicert", 100)
	process(t, s.proc, self+1, self, "/state/bin/ginkgo", 10)
	process(t, s.proc, self+2, self+1, "/state/bin/suites.test", 1)
	process(t, s.proc, self+3, self, "/usr/bin/docker", 1000)
	process(t, s.proc, self+4, 1, "/state/bin/suites.test", 5000) // another run's
	g.Expect(Descendants(s.proc, self)).To(ConsistOf(self+1, self+2, self+3))
	s.look()
	g.Expect(s.Peak()).To(Equal(int64(111 << 10)))
}

func TestKillSparesADaemon(t *testing.T) {
	g := NewWithT(t)
	start := func(as *syscall.SysProcAttr) *exec.Cmd {
		c := exec.Command("sleep", "60")
		c.SysProcAttr = as
		g.Expect(c.Start()).To(Succeed())
		return c
	}
	group, daemon := start(&syscall.SysProcAttr{Setpgid: true}), start(&syscall.SysProcAttr{Setsid: true})
	g.Expect(Kill()).To(Succeed())
	g.Expect(group.Wait()).To(MatchError("signal: killed"))
	g.Expect(daemon.Process.Signal(syscall.SIGTERM)).To(Succeed())
	g.Expect(daemon.Wait()).To(MatchError("signal: terminated"))
}

func TestTheProgramsPagesAreLeft(t *testing.T) {
	g := NewWithT(t)
	file := func() (kib int) {
		raw, err := os.ReadFile("/proc/self/smaps_rollup")
		g.Expect(err).NotTo(HaveOccurred())
		for line := range strings.Lines(string(raw)) {
			if n, _ := fmt.Sscanf(line, "Pss_File: %d kB", &kib); n == 1 {
				return kib
			}
		}
		t.Skip("this kernel does not tell the pages of files apart")
		return 0
	}
	program, err := os.ReadFile("/proc/self/exe") // into the page cache
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(program).NotTo(BeEmpty())
	before := file()
	leaveProgram()
	g.Expect(file()).To(BeNumerically("<", before))
}

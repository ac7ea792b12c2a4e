// Package suite runs the suites' test binary under Ginkgo's command as processes of their own, so that a signal ends
// them in order, their memory can be measured, and the terminal shows a line per spec while a file keeps everything.
package suite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/onsi/ginkgo/v2/types"
)

const (
	reportFile = "ginkgo.json"
	logFile    = "suites.log"

	// undoBudget is how long interrupted suites may take to undo what they made before they are killed.
	undoBudget = 4 * time.Minute
	// graceBudget is what Ginkgo gives one interrupted node before it goes on to the next.
	graceBudget = time.Minute
	// stallNotice is after how long Ginkgo writes where a spec stands into the log.
	stallNotice = 3 * time.Minute
)

// Params are one pass of the suites.
type Params struct {
	Ginkgo  string        // Ginkgo's command
	Suite   string        // the suites' test binary
	Args    []string      // for the test binary
	Env     []string      // for it too, added to this process's own
	Dir     string        // where the report and the log go; it exists
	Select  []string      // Ginkgo's flags that select specs; none selects all
	Name    Namer         // of specs, for the terminal only; nil: Requirement
	Specs   int           // how many are selected, for the terminal only; 0: not known
	Count   *Count        // of the specs that ended, where several runs go on beside each other; nil: this run's own
	Procs   int           // processes beside each other
	Seed    int64         // of the order, and of what the specs draw
	Timeout time.Duration // of all specs together
	Crowded bool          // others run beside it: what is spared is the cores, not the memory, which is not measured
	Out     io.Writer     // one line per spec
	Log     *slog.Logger
}

// Outcome is what a pass left behind.
type Outcome struct {
	Reports    []types.Report // of Ginkgo: one per test binary
	PeakMemory int64          // bytes, see Sampler; 0: not measured
}

// Specs are the reports of all nodes.
func (o Outcome) Specs() []types.SpecReport {
	var all []types.SpecReport
	for _, r := range o.Reports {
		all = append(all, r.SpecReports...)
	}
	return all
}

// Interrupted says why the pass ended early or may not be judged, if Ginkgo says so.
func (o Outcome) Interrupted() string {
	var all []string
	for _, r := range o.Reports {
		all = append(all, r.SpecialSuiteFailureReasons...)
	}
	return strings.Join(all, "; ")
}

// Keep drops the reports of all nodes but those.
func (o Outcome) Keep(those func(types.SpecReport) bool) {
	for i := range o.Reports {
		o.Reports[i].SpecReports = slices.DeleteFunc(o.Reports[i].SpecReports, func(s types.SpecReport) bool { return !those(s) })
	}
}

// Join makes one outcome of several. Memory was measured over all of them, each time.
func Join(all ...Outcome) Outcome {
	var joined Outcome
	for _, o := range all {
		joined.Reports = append(joined.Reports, o.Reports...)
		joined.PeakMemory = max(joined.PeakMemory, o.PeakMemory)
	}
	return joined
}

// Run returns when the suites have ended. Specs that fail are no error: the report says so. When ctx ends, the suites
// are interrupted as by Ctrl-C, undo what they made, and are still reported.
func Run(ctx context.Context, p Params) (Outcome, error) {
	log, err := os.OpenFile(filepath.Join(p.Dir, logFile), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return Outcome{}, fmt.Errorf("opening the suites' log: %w", err)
	}
	shown := &progress{log: log, out: p.Out, total: p.Specs, name: p.Name, count: p.Count}
	if shown.count == nil {
		shown.count = new(Count)
	}
	sampler := NewSampler(filepath.Dir(p.Ginkgo))
	err = p.run(ctx, shown, sampler)
	o := Outcome{PeakMemory: sampler.Peak()}
	if closed := errors.Join(shown.err, log.Close()); closed != nil {
		return o, fmt.Errorf("writing the suites' log: %w", closed)
	}
	reports, read := p.report()
	if errors.Is(read, fs.ErrNotExist) {
		return o, fmt.Errorf("the suites ended without a report (%w); what they printed is in %s and ends: %s", err, log.Name(), shown.tail())
	}
	o.Reports = reports
	var failed *exec.ExitError
	if err == nil || errors.As(err, &failed) || ctx.Err() != nil {
		return o, read
	}
	return o, fmt.Errorf("running the suites: %w", errors.Join(err, read))
}

func (p Params) run(ctx context.Context, shown io.Writer, sampler *Sampler) error {
	command := exec.CommandContext(ctx, p.Ginkgo, p.args()...)
	command.Dir = p.Dir
	command.Env = append(append(os.Environ(), memoryEnvironment(p.Crowded)...), p.Env...)
	command.Stdout, command.Stderr = shown, shown
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // the terminal's Ctrl-C comes through ctx, once
	signal := func(s syscall.Signal) error {
		if err := syscall.Kill(-command.Process.Pid, s); !errors.Is(err, syscall.ESRCH) {
			return err
		}
		return os.ErrProcessDone
	}
	command.Cancel = func() error { return signal(syscall.SIGINT) }
	command.WaitDelay = undoBudget
	p.Log.Debug("starting the suites", "command", command.Args)
	if err := command.Start(); err != nil {
		return fmt.Errorf("starting Ginkgo: %w", err)
	}
	restore := func() {}
	if !p.Crowded {
		larger, stop := saveMemory(), sampler.Start()
		restore = func() { stop(); larger() }
	}
	err := command.Wait()
	restore()
	if killed := signal(syscall.SIGKILL); killed != nil && !errors.Is(killed, os.ErrProcessDone) {
		return errors.Join(err, fmt.Errorf("ending what Ginkgo left: %w", killed))
	}
	return err
}

func (p Params) args() []string {
	args := append([]string{
		"--procs=" + strconv.Itoa(p.Procs), "--seed=" + strconv.FormatInt(p.Seed, 10), "--randomize-all", "--keep-going", "--fail-on-empty",
		"--timeout=" + p.Timeout.String(), "--grace-period=" + graceBudget.String(),
		"--poll-progress-after=" + stallNotice.String(), "--json-report=" + reportFile, "--output-dir=" + p.Dir, "--no-color", "-v",
	}, p.Select...)
	return append(append(args, p.Suite, "--"), p.Args...)
}

func (p Params) report() ([]types.Report, error) {
	raw, err := os.ReadFile(filepath.Join(p.Dir, reportFile))
	if err != nil {
		return nil, fmt.Errorf("reading Ginkgo's report: %w", err)
	}
	var reports []types.Report
	if err := json.Unmarshal(raw, &reports); err != nil {
		return nil, fmt.Errorf("decoding Ginkgo's report: %w", err)
	}
	return reports, nil
}

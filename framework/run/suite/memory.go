package suite

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// sampleInterval is how often memory is looked at: peaks that last less go unseen. Looking costs some 60 ms of a core: every process of the machine is asked for its parent.
const sampleInterval = 5 * time.Second

// gcPercent is how much garbage the harness lets grow, of what it uses: it waits far more than it computes, and the
// memory is the cluster's.
const gcPercent = 20

// crowdedPercent is the same for processes of many passes, each small and short: there the cores are what there is little of.
const crowdedPercent = 400

func memoryEnvironment(crowded bool) []string {
	percent := gcPercent
	if crowded {
		percent = crowdedPercent
	}
	return []string{"GOGC=" + strconv.Itoa(percent)}
}

// saveMemory gives back what providing the cluster took, and keeps this process small until the function is called.
func saveMemory() (restore func()) {
	before := debug.SetGCPercent(gcPercent)
	debug.FreeOSMemory()
	leaveProgram()
	return func() { debug.SetGCPercent(before) }
}

// leaveProgram takes the pages of this program's file out of the process: those that are needed again come back from
// the page cache, one by one, and making a cluster needed many that judging does not. Where the kernel does not tell or
// does not want to, they stay.
func leaveProgram() {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return
	}
	for line := range strings.Lines(string(maps)) {
		var from, to uintptr
		var access string
		if n, _ := fmt.Sscanf(line, "%x-%x %s", &from, &to, &access); n == 3 && access[1] == '-' && strings.HasSuffix(strings.TrimSpace(line), " "+program) {
			unix.Syscall(unix.SYS_MADVISE, from, to-from, unix.MADV_DONTNEED)
		}
	}
}

// Sampler measures the memory of the harness: this process, Ginkgo's command and the suites. Each counts with its
// proportional set size, so that a page which several share counts once. Programs that the harness merely calls,
// such as docker, do not count.
type Sampler struct {
	own  string // folder of the programs that count
	proc string // "/proc"
	mu   sync.Mutex
	peak int64
}

// NewSampler counts this process and those of its descendants whose program is in the folder.
func NewSampler(programs string) *Sampler { return &Sampler{own: programs, proc: "/proc"} }

// Start samples until the returned function is called.
func (s *Sampler) Start() (stop func()) {
	done := make(chan struct{})
	var looking sync.WaitGroup
	looking.Go(func() {
		ticker := time.NewTicker(sampleInterval)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				s.look()
			}
		}
	})
	return func() { close(done); looking.Wait() }
}

// Peak is the largest sum seen, in bytes; 0 where the kernel does not tell.
func (s *Sampler) Peak() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.peak
}

func (s *Sampler) look() {
	self := os.Getpid()
	sum, err := s.size(self)
	if err != nil {
		return // a kernel without the file: Peak stays 0, which no report takes for a measurement
	}
	for _, pid := range Descendants(s.proc, self) {
		program, err := os.Readlink(filepath.Join(s.proc, strconv.Itoa(pid), "exe"))
		if err != nil || filepath.Dir(program) != s.own {
			continue
		}
		if size, err := s.size(pid); err == nil { // it may have ended meanwhile
			sum += size
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.peak = max(s.peak, sum)
}

func (s *Sampler) size(pid int) (int64, error) {
	raw, err := os.ReadFile(filepath.Join(s.proc, strconv.Itoa(pid), "smaps_rollup"))
	if err != nil {
		return 0, err
	}
	for lines := bufio.NewScanner(bytes.NewReader(raw)); lines.Scan(); {
		if rest, found := strings.CutPrefix(lines.Text(), "Pss:"); found {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kib << 10, err
		}
	}
	return 0, errors.New("smaps_rollup has no Pss")
}

// Descendants are the processes below one, read from a proc file system.
func Descendants(proc string, of int) []int {
	stats, err := filepath.Glob(filepath.Join(proc, "[0-9]*", "stat"))
	if err != nil {
		panic(err) // the pattern is well formed
	}
	children := map[int][]int{}
	for _, stat := range stats {
		pid, parent, err := parentOf(stat)
		if err == nil {
			children[parent] = append(children[parent], pid)
		}
	}
	var all []int
	for next := children[of]; len(next) > 0; next = next[1:] {
		all = append(all, next[0])
		next = append(next, children[next[0]]...)
	}
	return all
}

func parentOf(stat string) (pid, parent int, err error) {
	raw, err := os.ReadFile(stat)
	if err != nil {
		return 0, 0, err
	}
	// The name, in parentheses, may hold anything: what follows its last one is "state parent ...".
	end := bytes.LastIndexByte(raw, ')')
	fields := strings.Fields(string(raw[end+1:]))
	if end < 0 || len(fields) < 2 {
		return 0, 0, fmt.Errorf("%s: %w", stat, fs.ErrInvalid)
	}
	pid, err = strconv.Atoi(filepath.Base(filepath.Dir(stat)))
	if err != nil {
		return 0, 0, err
	}
	parent, err = strconv.Atoi(fields[1])
	return pid, parent, err
}

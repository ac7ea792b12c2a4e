package suite

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

const (
	procsPerCore  = 2       // specs wait for the cluster more than they compute
	memoryPerProc = 2 << 30 // bytes available on the machine: the pods of a process's specs included
	mostProcs     = 8
)

// Procs is how many suite processes the machine takes beside each other.
func Procs() (int, error) {
	raw, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, fmt.Errorf("reading the machine's memory: %w", err)
	}
	available, err := memAvailable(raw)
	if err != nil {
		return 0, err
	}
	return procs(runtime.NumCPU(), available), nil
}

func procs(cores int, available int64) int {
	return min(max(min(procsPerCore*cores, int(available/memoryPerProc)), 1), mostProcs)
}

func memAvailable(meminfo []byte) (int64, error) {
	for lines := bufio.NewScanner(bytes.NewReader(meminfo)); lines.Scan(); {
		if rest, found := strings.CutPrefix(lines.Text(), "MemAvailable:"); found {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			if err != nil {
				return 0, fmt.Errorf("reading MemAvailable: %w", err)
			}
			return kib << 10, nil
		}
	}
	return 0, fmt.Errorf("/proc/meminfo has no MemAvailable")
}

// Package capability exists because both the engine and the runtime wrapper it installs must name the Linux
// capabilities a host can never grant, and must agree on them.
package capability

import (
	"bufio"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
)

// SysResource is the capability that raising a hard resource limit or lowering an OOM score needs.
const SysResource = "CAP_SYS_RESOURCE"

// names lists the capabilities by bit number, as in linux/capability.h.
func names() []string {
	return []string{
		"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
		"CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN",
		"CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT",
		"CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", SysResource,
		"CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL",
		"CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND",
		"CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
	}
}

// Missing returns, sorted, the capabilities absent from the bounding set (CapBnd) of a /proc/PID/status, among
// those the kernel knows: last is the number in /proc/sys/kernel/cap_last_cap. A bit newer than the names known
// here is called CAP_<number>, the form setpriv(1) uses.
func Missing(status io.Reader, last int) ([]string, error) {
	bounding, err := boundingSet(status)
	if err != nil {
		return nil, err
	}
	if last < 0 || last > 63 {
		return nil, fmt.Errorf("the last capability of the kernel is %d, want 0 to 63", last)
	}
	known := names()
	var missing []string
	for bit := 0; bit <= last; bit++ {
		if bounding&(1<<bit) != 0 {
			continue
		}
		name := "CAP_" + strconv.Itoa(bit)
		if bit < len(known) {
			name = known[bit]
		}
		missing = append(missing, name)
	}
	sort.Strings(missing)
	return missing, nil
}

func boundingSet(status io.Reader) (uint64, error) {
	lines := bufio.NewScanner(status)
	for lines.Scan() {
		value, found := strings.CutPrefix(lines.Text(), "CapBnd:")
		if !found {
			continue
		}
		set, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
		if err != nil {
			return 0, fmt.Errorf("reading the capability bounding set: %w", err)
		}
		return set, nil
	}
	if err := lines.Err(); err != nil {
		return 0, fmt.Errorf("reading a process status: %w", err)
	}
	return 0, fmt.Errorf("a process status without a CapBnd line")
}

package engine

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// identity names one process for ever: a recycled process id has another start time, a reboot another boot id.
type identity struct {
	PID   int
	Start uint64 // clock ticks since boot, field 22 of /proc/PID/stat
	Boot  string // /proc/sys/kernel/random/boot_id
}

// identify reads the identity of a living process; false when there is none of that id.
func identify(root fs.FS, pid int) (identity, bool, error) {
	boot, err := bootID(root)
	if err != nil {
		return identity{}, false, err
	}
	_, state, start, alive, err := stat(root, pid)
	if err != nil || !alive || state == "Z" {
		return identity{}, false, err
	}
	return identity{PID: pid, Start: start, Boot: boot}, true, nil
}

// alive tells whether the very process is still there.
func (i identity) alive(root fs.FS) (bool, error) {
	if i.PID <= 0 {
		return false, nil
	}
	now, found, err := identify(root, i.PID)
	return found && now == i, err
}

// running tells whether pid is a living process of that command name.
func running(root fs.FS, pid int, command string) (bool, error) {
	name, state, _, alive, err := stat(root, pid)
	return alive && state != "Z" && name == command, err
}

// stat parses /proc/PID/stat; the command name in it may itself hold blanks and brackets.
func stat(root fs.FS, pid int) (name, state string, start uint64, alive bool, err error) {
	path := fmt.Sprintf("proc/%d/stat", pid)
	data, err := fs.ReadFile(root, path)
	if err != nil {
		// ENOENT before the process ends, ESRCH while it does: gone either way.
		return "", "", 0, false, nil
	}
	text := string(data)
	open, shut := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if open < 0 || shut < open {
		return "", "", 0, false, fmt.Errorf("reading /%s: no command name in %q", path, text)
	}
	const stateField, startField = 0, 19 // counted after the command name
	f := strings.Fields(text[shut+1:])
	if len(f) <= startField {
		return "", "", 0, false, fmt.Errorf("reading /%s: %d fields after the name", path, len(f))
	}
	start, err = strconv.ParseUint(f[startField], 10, 64)
	if err != nil {
		return "", "", 0, false, fmt.Errorf("reading the start time in /%s: %w", path, err)
	}
	return text[open+1 : shut], f[stateField], start, true, nil
}

func bootID(root fs.FS) (string, error) {
	data, err := read(root, "proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(data)), err
}

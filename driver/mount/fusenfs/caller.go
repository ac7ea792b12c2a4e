package fusenfs

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	exitingFlag = 0x4 // PF_EXITING of the kernel
	exitGrace   = time.Second
)

// dying says that a thread has a SIGKILL pending, which the kernel gives to
// every thread of a process that a signal ends, or is gone.
func dying(thread uint32) bool {
	status, err := os.Open(fmt.Sprintf("/proc/%d/status", thread))
	if err != nil {
		return errors.Is(err, os.ErrNotExist)
	}
	defer status.Close()
	lines := bufio.NewScanner(status)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ":")
		if name != "SigPnd" && name != "ShdPnd" {
			continue
		}
		pending, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
		if err == nil && pending&(1<<(unix.SIGKILL-1)) != 0 {
			return true
		}
	}
	return lines.Err() != nil // the thread ended while it was looked at
}

// whenExiting calls leave when the context still lives after a moment and
// the thread is on its way out by then or later.
func whenExiting(ctx context.Context, thread uint32, leave func()) {
	var check func()
	check = func() {
		switch {
		case ctx.Err() != nil:
		case exiting(thread):
			leave()
		default:
			time.AfterFunc(lookAgain, check)
		}
	}
	timer := time.AfterFunc(exitGrace, check)
	context.AfterFunc(ctx, func() { timer.Stop() })
}

// exiting says that a thread runs no more of its program.
func exiting(thread uint32) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", thread))
	if err != nil {
		return errors.Is(err, os.ErrNotExist)
	}
	// The name in parentheses may hold anything; the flags are the seventh field behind it.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) < 7 {
		return false
	}
	flags, err := strconv.ParseUint(fields[6], 10, 64)
	return err == nil && flags&exitingFlag != 0
}

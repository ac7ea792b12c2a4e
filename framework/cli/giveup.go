package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/pflag"

	"csicert/framework/cluster"
	"csicert/framework/run/suite"
)

// Interruptible calls work with a context that the first SIGINT or SIGTERM ends, and returns its exit code. A second
// signal does not wait for work: giveUp's exit code ends the process.
func Interruptible(work func(context.Context) int, giveUp func() int) int {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	go func() {
		cancel(fmt.Errorf("interrupted by a signal (%s)", <-signals))
		<-signals
		os.Exit(giveUp())
	}()
	return work(ctx)
}

// GiveUp answers a second signal: the suites end at once, nothing more is taken away, and the user is told what may be
// left and which command removes it. The arguments are those of the command. It returns the exit code.
func GiveUp(args []string, stderr io.Writer) int {
	fmt.Fprintln(stderr) // a live line may stand at the cursor
	if err := suite.Kill(); err != nil {
		fmt.Fprintf(stderr, "csicert: ending the suites: %v\n", err)
	}
	fmt.Fprintln(stderr, "csicert: gave up on a second signal: nothing more is taken away")
	for _, line := range leftBehind(args) {
		fmt.Fprintln(stderr, "csicert: "+line)
	}
	return exitHarness
}

// leftBehind says what the call may have left, and how to remove it: on the cluster that it named, or the clusters that
// are written down.
func leftBehind(args []string) []string {
	var kubeconfig, kubeContext, stateDir string
	f := pflag.NewFlagSet("csicert", pflag.ContinueOnError)
	f.ParseErrorsAllowlist.UnknownFlags = true
	f.SetOutput(io.Discard)
	f.StringVar(&kubeconfig, "kubeconfig", "", "")
	f.StringVar(&kubeContext, "context", "", "")
	f.StringVar(&stateDir, "state-dir", "", "")
	_ = f.Parse(args) // what is wrong with them has been told: what could be read is enough here
	if kubeconfig != "" || kubeContext != "" {
		return []string{fmt.Sprintf("left on the cluster of context %s: namespaces, classes, volumes and snapshots labelled csicert.dev/run, and cordoned nodes where --allow-disruption was given; "+
			"remove them with: csicert down --kubeconfig %s --context %s", kubeContext, quotedWord(kubeconfig), quotedWord(kubeContext))}
	}
	if stateDir == "" {
		var err error
		if stateDir, err = defaultStateDir(); err != nil {
			return []string{"left, perhaps: a cluster of csicert; remove it with: make down"}
		}
	}
	names, err := cluster.Recorded(filepath.Join(stateDir, "clusters"))
	if err != nil || len(names) == 0 {
		return []string{"left, perhaps: containers, a network and files of a cluster that was being made; remove them with: make clean (csicert clean)"}
	}
	var lines []string
	for _, name := range names {
		lines = append(lines, fmt.Sprintf("left: cluster %s with its containers, network and kubeconfig; remove it with: csicert cluster delete %s, or all of them with: make down", name, name))
	}
	return lines
}

// quotedWord is a word as a shell reads it.
func quotedWord(word string) string {
	if word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@") == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

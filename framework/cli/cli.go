// Package cli exists so that every verb of csicert is found in one file of its own: flags in, a call, an exit code out.
// What a verb does is in framework/run and in the reports.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// Exit codes beside those of a verdict (0 conformant, 1 not conformant, 2 partial).
const (
	exitHarness  = 3 // the harness or the infrastructure failed
	exitBadInput = 4 // the user has something to mend
)

// app is one call of the command.
type app struct {
	args           []string
	stdout, stderr io.Writer
	shared         shared
}

// Main runs csicert with the arguments after its name and returns the exit code. Results go to stdout, progress and
// errors to stderr. When ctx ends, what was begun is taken away first.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	a := &app{args: args, stdout: stdout, stderr: stderr}
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var code exitCode
	if err == nil || errors.As(err, &code) {
		return int(code)
	}
	if ctx.Err() != nil {
		fmt.Fprintf(stderr, "csicert: %v: %v\n", context.Cause(ctx), err)
		return exitHarness
	}
	var bad interface{ BadInput() bool }
	if errors.As(err, &bad) && bad.BadInput() {
		for _, e := range each(err) {
			fmt.Fprintf(stderr, "csicert: %s\n", strings.Join(strings.Fields(e.Error()), " "))
		}
		return exitBadInput
	}
	fmt.Fprintf(stderr, "csicert: %v\n", err)
	return exitHarness
}

// each is every error of those that were joined.
func each(err error) []error {
	if joined, is := err.(interface{ Unwrap() []error }); is {
		return joined.Unwrap()
	}
	return []error{err}
}

// verb makes one command of csicert.
type verb func(*app) *cobra.Command

// verbs are all there are, in the order of the help.
func verbs() []verb {
	return []verb{e2eVerb, clusterVerb, imageVerb, reportVerb, listVerb, definitionVerb, requirementsVerb, mutantsVerb, variationsVerb, benchVerb, initVerb, doctorVerb, downVerb, cleanVerb, versionVerb, verifyVerb, compareVerb, externalVerb, exampleVerb, jobVerb}
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use: "csicert",
		Example: `  csicert list --area SNAP
  csicert definition --driver my-driver.yaml
  csicert e2e --driver my-driver.yaml`,
		Short:         "Certifies Kubernetes storage on zoned clusters: every requirement judged by one spec",
		SilenceErrors: true, SilenceUsage: true,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(a.stdout) // before completion's commands are made: they keep it
	root.SetErr(a.stderr)
	root.SetFlagErrorFunc(flagError)
	a.shared.register(root.PersistentFlags())
	for _, v := range verbs() {
		root.AddCommand(v(a))
	}
	root.SetHelpCommand(helpVerb(root))
	root.InitDefaultCompletionCmd()
	completions(root)
	return root
}

// exitCode ends the command without a message: the verdict has been told already.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

func exit(code int) error {
	if code == 0 {
		return nil
	}
	return exitCode(code)
}

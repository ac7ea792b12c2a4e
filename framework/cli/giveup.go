package cli

import (
	"fmt"
	"io"

	"csicert/framework/run/suite"
)

// GiveUp answers a second signal: the suites end at once, nothing more is taken away, and the user is told what that
// means. It returns the exit code.
func GiveUp(stderr io.Writer) int {
	if err := suite.Kill(); err != nil {
		fmt.Fprintf(stderr, "csicert: ending the suites: %v\n", err)
	}
	fmt.Fprintln(stderr, "csicert: gave up on a second signal: containers, a network and a kubeconfig of the run's cluster, or objects "+
		"labelled csicert.dev/run on a cluster of yours, may be left; `make clean` (csicert clean) takes away what is on this machine")
	return exitHarness
}

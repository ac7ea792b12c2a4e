// csicert certifies Kubernetes storage: see README.md, and package cli for its verbs.
package main

import (
	"context"
	"os"

	"csicert/framework/cli"
)

func main() {
	args := os.Args[1:]
	os.Exit(cli.Interruptible(
		func(ctx context.Context) int { return cli.Main(ctx, args, os.Stdout, os.Stderr) },
		func() int { return cli.GiveUp(args, os.Stderr) }))
}

// The agent runs in the pods of a certification, whose images hold nothing else: see package agent.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"csicert/framework/agent"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	code := agent.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

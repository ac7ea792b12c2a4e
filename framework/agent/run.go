package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"csicert/framework/payload"
)

// The exit codes of the program.
const (
	ExitOK     = 0
	ExitFailed = 1
	ExitUsage  = 2
)

// Run is the program: it runs the request on the command line (without the program's name) and gives the exit code.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	request, err := Parse(args)
	if err == nil {
		err = request.run(ctx, stdin, stdout)
	}
	if err == nil {
		return ExitOK
	}
	fmt.Fprintf(stderr, "agent: %s\n", strings.ReplaceAll(err.Error(), "\n", "; "))
	var bad interface{ BadInput() bool }
	if errors.As(err, &bad) && bad.BadInput() {
		return ExitUsage
	}
	return ExitFailed
}

// Decode reads the one JSON value of a standard output; anything missing, unknown or following it is an error, so
// that a stream cut short is never taken for an answer.
func Decode[T any](stdout io.Reader) (T, error) {
	var answer, none T
	d := json.NewDecoder(stdout)
	d.DisallowUnknownFields()
	if err := d.Decode(&answer); err != nil {
		return none, fmt.Errorf("decoding the agent's %T: %w", none, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return none, fmt.Errorf("decoding the agent's %T: more than one value", none)
	}
	return answer, nil
}

func answer(stdout io.Writer, v any) error {
	if err := json.NewEncoder(stdout).Encode(v); err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	return nil
}

func (r Fill) run(ctx context.Context, _ io.Reader, stdout io.Writer) error {
	if err := r.Tree.Write(ctx, r.Dir); err != nil {
		return err
	}
	return Digest{r.Dir}.run(ctx, nil, stdout)
}

func (r Mutate) run(ctx context.Context, _ io.Reader, stdout io.Writer) error {
	if err := r.Tree.Mutate(ctx, r.Dir); err != nil {
		return err
	}
	return Digest{r.Dir}.run(ctx, nil, stdout)
}

func (r Digest) run(ctx context.Context, _ io.Reader, stdout io.Writer) error {
	m, err := payload.Walk(ctx, r.Dir)
	if err != nil {
		return err
	}
	return answer(stdout, m)
}

func (ID) run(_ context.Context, _ io.Reader, stdout io.Writer) error {
	groups, err := unix.Getgroups()
	if err != nil {
		return fmt.Errorf("reading the groups: %w", err)
	}
	slices.Sort(groups)
	return answer(stdout, Identity{UID: unix.Getuid(), GID: unix.Getgid(), Groups: groups})
}

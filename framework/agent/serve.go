package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Serve runs requests one after the other: it reads command lines from standard input, each a JSON array of words, and
// answers each with a [Served], until the input ends. Starting a program in a pod costs a cluster more than most of what
// the program then does.
type Serve struct{}

// Served is how one request ended.
type Served struct {
	Answer json.RawMessage `json:"answer,omitempty"` // what the request printed, one JSON value
	Error  string          `json:"error,omitempty"`  // why it failed; empty when it did not
}

// Args implements [Request].
func (Serve) Args() []string { return []string{"serve"} }

func (Serve) run(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
	lines := json.NewDecoder(stdin)
	for ctx.Err() == nil {
		var args []string
		if err := lines.Decode(&args); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading the next request: %w", err)
		}
		if err := answer(stdout, serve(ctx, args)); err != nil {
			return err
		}
	}
	return nil
}

func serve(ctx context.Context, args []string) Served {
	request, err := Parse(args)
	if err == nil {
		switch request.(type) {
		case Serve, Hold, Put, Get, Connect:
			err = usage("verb served: found %q, accepted are those that read nothing and print one JSON value", args[0])
		}
	}
	var printed bytes.Buffer
	if err == nil {
		err = request.run(ctx, nil, &printed)
	}
	if err != nil {
		return Served{Error: err.Error()}
	}
	return Served{Answer: bytes.TrimSpace(printed.Bytes())}
}

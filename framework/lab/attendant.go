package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"

	"csicert/framework/agent"
)

// attendant is this process's conversation with the keeper of one node. It is begun by the first question and then kept:
// to start a program in a pod for each one costs the node more than the answer.
type attendant struct {
	dial func(context.Context) (net.Conn, error) // to a keeper that serves
	turn chan struct{}                           // holds one token: one question at a time
	talk *talk                                   // nil where none has begun, or the last was broken off
}

type talk struct {
	conn    net.Conn
	answers *json.Decoder
}

func newAttendant(dial func(context.Context) (net.Conn, error)) *attendant {
	a := &attendant{dial: dial, turn: make(chan struct{}, 1)}
	a.turn <- struct{}{}
	return a
}

// ask puts a request and decodes what it answers, when that is wanted. A talk that breaks off, or whose question was given
// up, is begun anew by the next question.
func (a *attendant) ask(ctx context.Context, request agent.Request, into any) error {
	select {
	case <-a.turn:
	case <-ctx.Done():
		return fmt.Errorf("waiting for the keeper to have answered others: %w", context.Cause(ctx))
	}
	defer func() { a.turn <- struct{}{} }()
	served, err := a.served(ctx, request.Args())
	switch {
	case err != nil:
		return brokenOff{err}
	case served.Error != "":
		return fmt.Errorf("agent %s: %s", request.Args()[0], served.Error)
	case into == nil:
		return nil
	}
	if err := json.Unmarshal(served.Answer, into); err != nil {
		return fmt.Errorf("decoding what agent %s answered: %w", request.Args()[0], err)
	}
	return nil
}

// served asks once, in the kept talk or a new one. Only a question that a kept talk did not take is put again: nobody has
// heard it.
func (a *attendant) served(ctx context.Context, args []string) (served agent.Served, err error) {
	question, err := json.Marshal(args)
	if err != nil {
		return served, fmt.Errorf("encoding a request: %w", err)
	}
	for {
		kept := a.talk != nil
		if !kept {
			conn, err := a.dial(ctx)
			if err != nil {
				return served, fmt.Errorf("reaching the keeper: %w", err)
			}
			a.talk = &talk{conn, json.NewDecoder(conn)}
		}
		taken, err := a.talk.exchange(ctx, append(question, '\n'), &served)
		if err == nil {
			return served, nil
		}
		a.end()
		if !kept || taken || ctx.Err() != nil {
			return served, err
		}
	}
}

// exchange puts a question and waits for its answer; taken says whether any of the question was read.
func (t *talk) exchange(ctx context.Context, question []byte, into *agent.Served) (taken bool, err error) {
	stop := context.AfterFunc(ctx, func() { _ = t.conn.Close() }) // what it breaks says more
	defer stop()
	n, err := t.conn.Write(question)
	if err == nil {
		err = t.answers.Decode(into)
	}
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return n > 0, fmt.Errorf("waiting for the keeper's answer: %w", err)
	}
	return true, nil
}

// end breaks the talk off, if there is one.
func (a *attendant) end() {
	if a.talk != nil {
		_ = a.talk.conn.Close() // never fails: it is a pipe
		a.talk = nil
	}
}

// brokenOff is a conversation that failed before there was an answer, whatever became of the question.
type brokenOff struct{ error }

func (b brokenOff) Unwrap() error { return b.error }

// look is ask for a question that changes nothing: where the conversation breaks off it is put again, as long as the context
// lasts. A kubelet that is started again ends all that leads through it.
func (l *Lab) look(ctx context.Context, node string, request agent.Request, into any) error {
	var err error
	looked(ctx, func() bool {
		err = l.ask(ctx, node, request, into)
		var broken brokenOff
		return !errors.As(err, &broken)
	})
	return err
}

// ask puts a request to the keeper of a node.
func (l *Lab) ask(ctx context.Context, node string, request agent.Request, into any) error {
	a, ok := l.attendants[node]
	if !ok {
		return fmt.Errorf("no keeper runs on node %s", node)
	}
	if err := a.ask(ctx, request, into); err != nil {
		return fmt.Errorf("on node %s: %w", node, err)
	}
	return nil
}

package orchestrator

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Pauses between repetitions of a call: the first, and the longest of those that double from it.
const (
	firstPause   = 50 * time.Millisecond
	longestPause = 2 * time.Second
)

// repeatable are answers after which a CO makes the same call again: another one is pending, or there is no answer yet
// (CSI, "Error Scheme"; gRPC's own for a deadline and a connection that is not there).
func repeatable(err error) bool {
	return slices.Contains([]codes.Code{codes.Aborted, codes.Unavailable, codes.DeadlineExceeded}, status.Code(err))
}

// settled repeats a call until its answer is final or the CO's patience ends.
func settled[A any](ctx context.Context, c *CO, call func(context.Context) (A, error)) (A, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Patience)
	defer cancel()
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		answer, err := call(ctx)
		if err == nil || !repeatable(err) {
			return answer, err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return answer, status.Errorf(status.Code(err), "for all of %s: %s", c.Patience, status.Convert(err).Message())
		}
	}
}

// once bounds a call.
func once[A any](ctx context.Context, c *CO, call func(context.Context) (A, error)) (A, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Call)
	defer cancel()
	return call(ctx)
}

// AtOnce runs the function several times at one moment, each with its number, and waits for all.
func AtOnce(times int, do func(number int)) {
	gate := make(chan struct{})
	var all sync.WaitGroup
	for n := range times {
		all.Go(func() {
			<-gate
			do(n)
		})
	}
	close(gate)
	all.Wait()
}

// MustAnswer requires a call to have been answered with one of the codes. It and whatever else ends a judgement is a helper, so
// that a failure is told at the line of the spec that judges.
func (c *CO) MustAnswer(call string, err error, accepted ...codes.Code) {
	ginkgo.GinkgoHelper()
	if slices.Contains(accepted, status.Code(err)) {
		c.Say("%s: %s", call, said(err))
		return
	}
	words := make([]string, len(accepted))
	for i, code := range accepted {
		words[i] = wordOf(code)
	}
	c.Fail(fmt.Sprintf("expected: %s is answered %s\nobserved: %s", call, strings.Join(words, " or "), said(err)))
}

// MustBe requires a fact.
func (c *CO) MustBe(is bool, expected, observed string) {
	ginkgo.GinkgoHelper()
	if !is {
		c.Fail("expected: " + expected + "\nobserved: " + observed)
	}
}

// need ends the judgement where a call that only prepares it fails.
func (c *CO) need(call string, err error) {
	ginkgo.GinkgoHelper()
	if err != nil {
		c.Blocked(call, said(err))
	}
	c.Say("%s: OK", call)
}

// said is an answer in a line.
func said(err error) string {
	if err == nil {
		return "OK"
	}
	s := status.Convert(err)
	return wordOf(s.Code()) + ": " + strings.Join(strings.Fields(s.Message()), " ")
}

// wordOf is the code as the specification writes it: NOT_FOUND.
func wordOf(code codes.Code) string {
	if code == codes.OK {
		return "OK"
	}
	var word strings.Builder
	for i, r := range code.String() {
		if i > 0 && r >= 'A' && r <= 'Z' {
			word.WriteByte('_')
		}
		word.WriteRune(r)
	}
	return strings.ToUpper(word.String())
}

const shown = 60 // bytes of a name or an ID in a line

// Quote is a name or ID as it stands in a line.
func Quote(text string) string {
	if len(text) > shown {
		return fmt.Sprintf("%q... (%d bytes)", text[:shown/2], len(text))
	}
	return fmt.Sprintf("%q", text)
}

package protocol

import (
	"context"
	"time"
)

// momentsOfGivingUp are how long a call is waited for: about as long as one takes to arrive, and as drivers work.
func momentsOfGivingUp() []time.Duration {
	return []time.Duration{time.Millisecond, 10 * time.Millisecond, 50 * time.Millisecond, 250 * time.Millisecond}
}

// giveUp makes a call and cancels it after a while. Its answer, if there is one, does not count.
func giveUp(ctx context.Context, after time.Duration, call func(context.Context) error) {
	ctx, cancel := context.WithTimeout(ctx, after)
	defer cancel()
	_ = call(ctx)
}

// precision of a time: backends that keep seconds may round what they told first.
const precision = 2 * time.Second

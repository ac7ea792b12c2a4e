package nodeimage

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// progress tells a person which step runs, what it cost and how many are left.
type progress struct {
	mu    sync.Mutex
	out   io.Writer
	total int
	done  int
}

func (p *progress) begin(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.out, "  %-22s building\n", name)
}

func (p *progress) end(name string, took time.Duration, kept bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	cost := fmt.Sprintf("%.1f s", took.Seconds())
	if kept {
		cost = "kept from before"
	}
	fmt.Fprintf(p.out, "  %-22s %s, %d of %d left\n", name, cost, p.total-p.done, p.total)
}

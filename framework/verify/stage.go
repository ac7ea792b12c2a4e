package verify

import (
	"context"
	"errors"
	"sync"

	"github.com/onsi/ginkgo/v2"

	"csicert/framework/lab"
	"csicert/framework/progress"
)

// stage holds this process's lab from BeforeSuite to AfterSuite. Ginkgo builds its tree before it runs anything and
// passes specs no values, so the one link between the suite and its specs has to be held here.
var stage holder

type holder struct {
	mu   sync.Mutex
	open *lab.Lab
	cfg  lab.Config
	run  *progress.Sender
}

// tell lets whoever waits for the run know; it never fails.
func (h *holder) tell(e progress.Event) {
	h.mu.Lock()
	run := h.run
	h.mu.Unlock()
	run.Send(e)
}

func (h *holder) lab() (*lab.Lab, lab.Config) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open == nil {
		ginkgo.Fail("the suite has no cluster: run it through csicert (make e2e)")
	}
	return h.open, h.cfg
}

// Open joins the cluster for this process; the suite calls it once before its specs.
func Open(ctx context.Context, cfg lab.Config, process int) error {
	l, err := lab.Open(ctx, cfg, process)
	if err != nil {
		return err
	}
	run, err := progress.Dial(cfg.Progress)
	if err != nil {
		run = nil // nobody watches any more: no reason to judge nothing
	}
	stage.mu.Lock()
	defer stage.mu.Unlock()
	stage.open, stage.cfg, stage.run = l, cfg, run
	return nil
}

// Close leaves the cluster; the suite calls it once after its specs.
func Close(ctx context.Context) error {
	stage.mu.Lock()
	defer stage.mu.Unlock()
	if stage.open == nil {
		return nil
	}
	return errors.Join(stage.open.Close(ctx), stage.run.Close())
}

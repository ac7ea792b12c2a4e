package verify

import (
	"context"
	"sync"

	"github.com/onsi/ginkgo/v2"

	"csicert/framework/lab"
)

// stage holds this process's lab from BeforeSuite to AfterSuite. Ginkgo builds its tree before it runs anything and
// passes specs no values, so the one link between the suite and its specs has to be held here.
var stage holder

type holder struct {
	mu   sync.Mutex
	open *lab.Lab
	cfg  lab.Config
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
	stage.mu.Lock()
	defer stage.mu.Unlock()
	stage.open, stage.cfg = l, cfg
	return nil
}

// Close leaves the cluster; the suite calls it once after its specs.
func Close(ctx context.Context) error {
	stage.mu.Lock()
	defer stage.mu.Unlock()
	if stage.open == nil {
		return nil
	}
	return stage.open.Close(ctx)
}

package orchestrator

import (
	"slices"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// ledger keeps what was asked for and what came of it, in the order of the asking, so that all of it can be deleted: an
// answer that did not come says nothing of what was made.
type ledger[Q any] struct {
	mu   sync.Mutex
	open map[string]Q // by name: asked for, and not known whether it was made
	ids  []string     // made and not deleted
	all  []string     // names in open, in the order of their first asking
}

// uncertain are answers after which a thing may be there or come to be.
func uncertain(err error) bool {
	return slices.Contains([]codes.Code{codes.Aborted, codes.Unavailable, codes.DeadlineExceeded, codes.Canceled, codes.Unknown, codes.Internal}, status.Code(err))
}

// asked notes a request before it is sent, and returns what notes its answer.
func (l *ledger[Q]) asked(name string, req Q) func(id string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, before := l.open[name]
	if !before {
		l.all = append(l.all, name)
	}
	if l.open == nil {
		l.open = map[string]Q{}
	}
	l.open[name] = req
	return func(id string, err error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		switch {
		case err == nil:
			if id != "" && !slices.Contains(l.ids, id) {
				l.ids = append(l.ids, id)
			}
		case before || uncertain(err):
			return
		}
		delete(l.open, name)
		l.all = slices.DeleteFunc(l.all, func(n string) bool { return n == name })
	}
}

// deleted notes that a thing is gone.
func (l *ledger[Q]) deleted(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ids = slices.DeleteFunc(l.ids, func(i string) bool { return i == id })
}

// unsettled are the requests of which nobody knows whether they made something, the last first.
func (l *ledger[Q]) unsettled() []Q {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []Q
	for _, name := range slices.Backward(l.all) {
		all = append(all, l.open[name])
	}
	return all
}

// standing are the things that were made and not deleted, the last first.
func (l *ledger[Q]) standing() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := slices.Clone(l.ids)
	slices.Reverse(all)
	return all
}

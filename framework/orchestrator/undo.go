package orchestrator

import (
	"context"
	"errors"
	"fmt"
)

// Undo deletes everything that the CO made. What it does not know to have been made it asks for once more, as a CO does
// that lost an answer, and deletes that. Snapshots go first, then volumes, the last first; some storage keeps a snapshot
// for as long as there is a volume of it, so what stands is tried once more. The error names what is left.
func (c *CO) Undo(ctx context.Context) error {
	for _, req := range c.cuts.unsettled() {
		_, _ = c.Cut(ctx, req) // refused for good: there is nothing to delete
	}
	for _, req := range c.volumes.unsettled() {
		_, _ = c.Create(ctx, req)
	}
	var errs []error
	for range 2 {
		if errs = c.sweep(ctx); len(errs) == 0 {
			return nil
		}
	}
	return errors.Join(errs...)
}

func (c *CO) sweep(ctx context.Context) (errs []error) {
	for _, id := range c.cuts.standing() {
		if err := c.Drop(ctx, id); err != nil {
			errs = append(errs, fmt.Errorf("deleting snapshot %s: %w", Quote(id), err))
		}
	}
	for _, id := range c.volumes.standing() {
		if err := c.Delete(ctx, id); err != nil {
			errs = append(errs, fmt.Errorf("deleting volume %s: %w", Quote(id), err))
		}
	}
	return errs
}

// Package subject describes what is judged: what it claims and how long it may take.
package subject

import "time"

// Budgets are the longest times a step may take before it counts as not having happened. They bound failures
// only: every wait ends as soon as the watch shows what was waited for.
type Budgets struct {
	Bind     time.Duration `json:"bind"`     // from a claim or volume to the state that must follow
	Start    time.Duration `json:"start"`    // from a pod to its containers running, or to the word that they cannot
	Retry    time.Duration `json:"retry"`    // from a mended cause to success, the kubelet's or scheduler's back-off included
	Data     time.Duration `json:"data"`     // one fill, change or digest of a tree
	Delete   time.Duration `json:"delete"`   // from a deletion that a requirement is about to the object being gone
	Undo     time.Duration `json:"undo"`     // from the taking back of what a spec made to all of it being gone
	Snapshot time.Duration `json:"snapshot"` // from a snapshot to its being ready to use
}

// Default suits a cluster on a small machine under load.
func Default() Budgets {
	return Budgets{
		Bind:     60 * time.Second,
		Start:    120 * time.Second,
		Retry:    180 * time.Second,
		Data:     60 * time.Second,
		Delete:   120 * time.Second,
		Undo:     120 * time.Second,
		Snapshot: 90 * time.Second,
	}
}

// Scaled is every budget times the factor: a slow laboratory asks for more, a defect that shows only by nothing
// happening is seen sooner with less.
func (b Budgets) Scaled(factor float64) Budgets {
	for _, d := range []*time.Duration{&b.Bind, &b.Start, &b.Retry, &b.Data, &b.Delete, &b.Undo, &b.Snapshot} {
		*d = time.Duration(float64(*d) * factor)
	}
	return b
}

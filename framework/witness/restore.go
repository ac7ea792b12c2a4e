package witness

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// clockTolerance is by how much the clocks of storage, cluster and harness may differ before a time is wrong.
const clockTolerance = 5 * time.Minute

// BeCutBetween holds when the snapshot's creationTime lies between the times, as far as clocks agree.
func BeCutBetween(from, to time.Time) types.GomegaMatcher {
	return match(fmt.Sprintf("have its creationTime between %s and %s (give or take %s)", from.UTC().Format(time.RFC3339), to.UTC().Format(time.RFC3339), clockTolerance), func(s Snapshot) (bool, error) {
		if s.Object.Status == nil || s.Object.Status.CreationTime == nil {
			return false, nil
		}
		cut := s.Object.Status.CreationTime.Time
		if cut.Before(from.Add(-clockTolerance)) || cut.After(to.Add(clockTolerance)) {
			return false, never("a snapshot's time does not change")
		}
		return true, nil
	}, func(s Snapshot) string {
		words := snapshotState(s)
		if s.Object.Status != nil && s.Object.Status.CreationTime != nil {
			words += ", cut at " + s.Object.Status.CreationTime.UTC().Format(time.RFC3339)
		}
		return words
	})
}

// BeRestorableInto holds when the snapshot asks for no more than the size, or leaves open for how much.
func BeRestorableInto(size resource.Quantity) types.GomegaMatcher {
	return match("have a restoreSize of at most "+size.String(), func(s Snapshot) (bool, error) {
		status := s.Object.Status
		if status != nil && status.RestoreSize != nil && status.RestoreSize.Cmp(size) > 0 {
			return false, never("a snapshot's size does not change")
		}
		return status != nil, nil
	}, snapshotSize)
}

// BeMeasured holds when the snapshot says how large a volume has to be that is restored from it.
func BeMeasured() types.GomegaMatcher {
	return match("have a restoreSize above zero", func(s Snapshot) (bool, error) {
		return s.Object.Status != nil && s.Object.Status.RestoreSize != nil && s.Object.Status.RestoreSize.Sign() > 0, nil
	}, snapshotSize)
}

// BeSettled holds when the snapshot is ready to use or tells of an error.
func BeSettled() types.GomegaMatcher {
	return match("be ready to use or tell of an error", func(s Snapshot) (bool, error) {
		status := s.Object.Status
		return status != nil && (status.ReadyToUse != nil && *status.ReadyToUse || status.Error != nil), nil
	}, snapshotState)
}

// HaveHandle holds when the content records the storage's handle of its snapshot.
func HaveHandle() types.GomegaMatcher {
	return match("record a handle", func(c Content) (bool, error) {
		return c.Object.Status != nil && c.Object.Status.SnapshotHandle != nil && *c.Object.Status.SnapshotHandle != "", nil
	}, contentState)
}

// BeDeparting holds when deletion was asked for and the snapshot is still there, held by who needs it.
func BeDeparting() types.GomegaMatcher {
	return match("be terminating, held while a claim is to be restored from it", func(s Snapshot) (bool, error) {
		return s.Object.DeletionTimestamp != nil, nil
	}, snapshotState)
}

// BeHeldAsSource holds when a finalizer with these words keeps the claim.
func BeHeldAsSource(words string) types.GomegaMatcher {
	return match("have a finalizer with "+words, func(s Claim) (bool, error) { return finalizer(s, words), nil }, finalizers)
}

// BeFreeAsSource holds when the claim is there and no finalizer with these words keeps it.
func BeFreeAsSource(words string) types.GomegaMatcher {
	return match("have no finalizer with "+words, func(s Claim) (bool, error) { return !finalizer(s, words), nil }, finalizers)
}

func finalizer(s Claim, words string) bool {
	return slices.ContainsFunc(s.Object.Finalizers, func(f string) bool { return strings.Contains(f, words) })
}

func finalizers(s Claim) string {
	return fmt.Sprintf("%s, finalizers %v", claimState(s), s.Object.Finalizers)
}

// BeBoundOrRefused holds when the claim is bound, or its events tell with these words why it will not be.
func BeBoundOrRefused(words ...string) types.GomegaMatcher {
	return match(`be bound, or refused with "`+strings.Join(words, `" or "`)+`"`, func(s Claim) (bool, error) {
		if s.Object.Status.Phase == corev1.ClaimBound && s.Object.Spec.VolumeName != "" {
			return true, nil
		}
		return slices.ContainsFunc(s.Events, func(e corev1.Event) bool {
			return e.Type == corev1.EventTypeWarning && slices.ContainsFunc(words, func(w string) bool { return strings.Contains(e.Message, w) })
		}), nil
	}, claimState)
}

func snapshotSize(s Snapshot) string {
	words := snapshotState(s)
	if s.Object.Status == nil || s.Object.Status.RestoreSize == nil {
		return words + ", has no restoreSize"
	}
	return words + ", restoreSize " + s.Object.Status.RestoreSize.String()
}

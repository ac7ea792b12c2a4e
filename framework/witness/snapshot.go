package witness

import (
	"fmt"
	"strings"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
)

// Shorthands for the kinds of snapshots.
type (
	Snapshot = Sight[*snapshotv1.VolumeSnapshot]
	Content  = Sight[*snapshotv1.VolumeSnapshotContent]
)

// BeReadyToUse holds when the snapshot says that it can be restored, and names the content that it is bound to.
func BeReadyToUse() types.GomegaMatcher {
	return match("be ready to use, bound to a content", func(s Snapshot) (bool, error) {
		status := s.Object.Status
		return status != nil && status.ReadyToUse != nil && *status.ReadyToUse && status.BoundVolumeSnapshotContentName != nil, nil
	}, snapshotState)
}

// BeUnready holds while the snapshot does not say that it can be restored.
func BeUnready() types.GomegaMatcher {
	return match("not be ready to use", func(s Snapshot) (bool, error) {
		return s.Object.Status == nil || s.Object.Status.ReadyToUse == nil || !*s.Object.Status.ReadyToUse, nil
	}, snapshotState)
}

// BeFaulted holds when the snapshot itself tells of an error with one of these words in it (status.error or a warning
// event); ready to use, it never will.
func BeFaulted(words ...string) types.GomegaMatcher {
	return match(`tell of an error with "`+strings.Join(words, `" or "`)+`"`, func(s Snapshot) (bool, error) {
		status := s.Object.Status
		if status != nil && status.ReadyToUse != nil && *status.ReadyToUse {
			return false, never("the snapshot is ready to use")
		}
		for _, w := range words {
			if status != nil && status.Error != nil && status.Error.Message != nil && strings.Contains(*status.Error.Message, w) {
				return true, nil
			}
			for _, e := range s.Events {
				if e.Type == corev1.EventTypeWarning && strings.Contains(e.Message, w) {
					return true, nil
				}
			}
		}
		return false, nil
	}, snapshotState)
}

// BeBoundToSnapshot holds when the content names the snapshot by namespace, name and UID, as the snapshot names it.
func BeBoundToSnapshot(snapshot *snapshotv1.VolumeSnapshot) types.GomegaMatcher {
	want := fmt.Sprintf("%s/%s (uid %s)", snapshot.Namespace, snapshot.Name, snapshot.UID)
	return match("be bound to snapshot "+want, func(c Content) (bool, error) {
		ref := c.Object.Spec.VolumeSnapshotRef
		if ref.UID != "" && ref.UID != snapshot.UID {
			return false, never("the content names another snapshot")
		}
		return ref.Namespace == snapshot.Namespace && ref.Name == snapshot.Name && ref.UID == snapshot.UID, nil
	}, contentState)
}

// BeDescribed holds when the content records the driver, the class, the policy, the storage's handle and that of its source.
func BeDescribed(driver, class string, policy snapshotv1.DeletionPolicy, source string) types.GomegaMatcher {
	return match(fmt.Sprintf("record driver %s, class %s, policy %s, a handle and the source volume %s", driver, class, policy, source), func(c Content) (bool, error) {
		spec, status := c.Object.Spec, c.Object.Status
		if spec.Driver != driver || spec.DeletionPolicy != policy {
			return false, never("driver and policy of a content do not change")
		}
		return spec.VolumeSnapshotClassName != nil && *spec.VolumeSnapshotClassName == class &&
			status != nil && status.SnapshotHandle != nil && *status.SnapshotHandle != "" &&
			spec.Source.VolumeHandle != nil && *spec.Source.VolumeHandle == source, nil
	}, contentState)
}

func snapshotState(s Snapshot) string {
	status := s.Object.Status
	if status == nil {
		return "has no status"
	}
	words := "is not ready"
	if status.ReadyToUse != nil && *status.ReadyToUse {
		words = "is ready"
	}
	if status.BoundVolumeSnapshotContentName != nil {
		words += ", names content " + *status.BoundVolumeSnapshotContentName
	}
	if status.Error != nil && status.Error.Message != nil {
		words += ", tells of an error: " + *status.Error.Message
	}
	if s.Object.DeletionTimestamp != nil {
		words += ", is being deleted"
	}
	return words
}

func contentState(c Content) string {
	words := fmt.Sprintf("names driver %s, policy %s, snapshot %s/%s (uid %s)", c.Object.Spec.Driver, c.Object.Spec.DeletionPolicy,
		c.Object.Spec.VolumeSnapshotRef.Namespace, c.Object.Spec.VolumeSnapshotRef.Name, c.Object.Spec.VolumeSnapshotRef.UID)
	if s := c.Object.Status; s != nil {
		if s.SnapshotHandle != nil {
			words += ", handle " + *s.SnapshotHandle
		}
		if s.Error != nil && s.Error.Message != nil {
			words += ", error: " + *s.Error.Message
		}
	}
	if c.Object.DeletionTimestamp != nil {
		words += ", is being deleted"
	}
	return words
}

// HaveRestoreSizeUpTo holds when the snapshot says how large a restore has to be, and that is at most so many bytes.
func HaveRestoreSizeUpTo(bytes int64) types.GomegaMatcher {
	return match(fmt.Sprintf("have a restoreSize of 1 to %d bytes", bytes), func(s Snapshot) (bool, error) {
		if s.Object.Status == nil || s.Object.Status.RestoreSize == nil {
			return false, nil
		}
		if size := s.Object.Status.RestoreSize.Value(); size < 1 || size > bytes {
			return false, never("its restoreSize is %d bytes", size)
		}
		return true, nil
	}, snapshotState)
}

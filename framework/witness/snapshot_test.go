package witness

import (
	"testing"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

func TestSnapshotMatchers(t *testing.T) {
	ready := shot(&snapshotv1.VolumeSnapshotStatus{ReadyToUse: ptr.To(true), BoundVolumeSnapshotContentName: ptr.To("c")})
	unbound := shot(&snapshotv1.VolumeSnapshotStatus{ReadyToUse: ptr.To(true)})
	unready := shot(&snapshotv1.VolumeSnapshotStatus{ReadyToUse: ptr.To(false), BoundVolumeSnapshotContentName: ptr.To("c")})
	faulted := shot(&snapshotv1.VolumeSnapshotStatus{Error: &snapshotv1.VolumeSnapshotError{Message: ptr.To("no class gold")}})
	told := shot(nil)
	told.Events = []corev1.Event{{Type: corev1.EventTypeWarning, Message: "no class gold"}}
	chat := shot(nil)
	chat.Events = []corev1.Event{{Type: corev1.EventTypeNormal, Message: "no class gold"}}
	for name, c := range map[string]struct {
		matcher types.GomegaMatcher
		sight   Snapshot
		want    answer
	}{
		"ready":                       {BeReadyToUse(), ready, yes},
		"ready but bound to nothing":  {BeReadyToUse(), unbound, notYet},
		"not ready":                   {BeReadyToUse(), unready, notYet},
		"ready, without a status":     {BeReadyToUse(), shot(nil), notYet},
		"deleted":                     {BeReadyToUse(), Snapshot{Seen: true, Gone: true, Object: ready.Object}, notYet},
		"unready":                     {BeUnready(), unready, yes},
		"unready, without a status":   {BeUnready(), shot(nil), yes},
		"no longer unready":           {BeUnready(), ready, notYet},
		"a deleted one is no proof":   {BeUnready(), Snapshot{Seen: true, Gone: true, Object: unready.Object}, notYet},
		"error in the status":         {BeFaulted("gold"), faulted, yes},
		"error in an event":           {BeFaulted("gold"), told, yes},
		"an event that is no warning": {BeFaulted("gold"), chat, notYet},
		"another error":               {BeFaulted("silver"), faulted, notYet},
		"ready after all":             {BeFaulted("gold"), ready, neverYes},
	} {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(ask(t, c.matcher, c.sight)).To(Equal(c.want))
		})
	}
}

func TestContentMatchers(t *testing.T) {
	snapshot := &snapshotv1.VolumeSnapshot{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "s", UID: "u"}}
	content := func(change func(*snapshotv1.VolumeSnapshotContent)) Content {
		o := &snapshotv1.VolumeSnapshotContent{
			Spec: snapshotv1.VolumeSnapshotContentSpec{
				Driver: "d", DeletionPolicy: snapshotv1.VolumeSnapshotContentDelete, VolumeSnapshotClassName: ptr.To("k"),
				Source:            snapshotv1.VolumeSnapshotContentSource{VolumeHandle: ptr.To("v")},
				VolumeSnapshotRef: corev1.ObjectReference{Namespace: "n", Name: "s", UID: "u"},
			},
			Status: &snapshotv1.VolumeSnapshotContentStatus{SnapshotHandle: ptr.To("h")},
		}
		change(o)
		return Content{Name: "snapshot content c", Seen: true, Object: o}
	}
	bound, described := BeBoundToSnapshot(snapshot), BeDescribed("d", "k", snapshotv1.VolumeSnapshotContentDelete, "v")
	for name, c := range map[string]struct {
		matcher types.GomegaMatcher
		change  func(*snapshotv1.VolumeSnapshotContent)
		want    answer
	}{
		"bound":                   {bound, func(*snapshotv1.VolumeSnapshotContent) {}, yes},
		"named without a uid yet": {bound, func(o *snapshotv1.VolumeSnapshotContent) { o.Spec.VolumeSnapshotRef.UID = "" }, notYet},
		"bound to an earlier one": {bound, func(o *snapshotv1.VolumeSnapshotContent) { o.Spec.VolumeSnapshotRef.UID = "w" }, neverYes},
		"named in another place":  {bound, func(o *snapshotv1.VolumeSnapshotContent) { o.Spec.VolumeSnapshotRef.Namespace = "m" }, notYet},
		"described":               {described, func(*snapshotv1.VolumeSnapshotContent) {}, yes},
		"no handle yet":           {described, func(o *snapshotv1.VolumeSnapshotContent) { o.Status = nil }, notYet},
		"a status with no handle": {described, func(o *snapshotv1.VolumeSnapshotContent) { o.Status.SnapshotHandle = nil }, notYet},
		"an empty handle":         {described, func(o *snapshotv1.VolumeSnapshotContent) { o.Status.SnapshotHandle = ptr.To("") }, notYet},
		"no source":               {described, func(o *snapshotv1.VolumeSnapshotContent) { o.Spec.Source.VolumeHandle = nil }, notYet},
		"of another source":       {described, func(o *snapshotv1.VolumeSnapshotContent) { o.Spec.Source.VolumeHandle = ptr.To("w") }, notYet},
		"of another class":        {described, func(o *snapshotv1.VolumeSnapshotContent) { o.Spec.VolumeSnapshotClassName = ptr.To("l") }, notYet},
		"of another driver":       {described, func(o *snapshotv1.VolumeSnapshotContent) { o.Spec.Driver = "e" }, neverYes},
		"of another policy": {described, func(o *snapshotv1.VolumeSnapshotContent) {
			o.Spec.DeletionPolicy = snapshotv1.VolumeSnapshotContentRetain
		}, neverYes},
	} {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(ask(t, c.matcher, content(c.change))).To(Equal(c.want))
		})
	}
}

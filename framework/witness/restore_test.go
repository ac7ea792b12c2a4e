package witness

import (
	"testing"
	"time"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

func shot(status *snapshotv1.VolumeSnapshotStatus) Snapshot {
	return Snapshot{Name: "snapshot s", Seen: true, Object: &snapshotv1.VolumeSnapshot{Status: status}}
}

func shotOfSize(size string) Snapshot {
	return shot(&snapshotv1.VolumeSnapshotStatus{RestoreSize: ptr.To(resource.MustParse(size))})
}

func shotAt(t time.Time) Snapshot {
	return shot(&snapshotv1.VolumeSnapshotStatus{CreationTime: ptr.To(metav1.NewTime(t))})
}

func TestRestoreMatchersOfSnapshots(t *testing.T) {
	asked := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	ready := asked.Add(time.Minute)
	between := BeCutBetween(asked, ready)
	departing := shot(nil)
	departing.Object.DeletionTimestamp = &metav1.Time{}
	gib := resource.MustParse("1Gi")
	for name, c := range map[string]struct {
		matcher types.GomegaMatcher
		sight   Snapshot
		want    answer
	}{
		"cut between":                      {between, shotAt(asked.Add(time.Second)), yes},
		"cut within the clocks' tolerance": {between, shotAt(asked.Add(-4 * time.Minute)), yes},
		"cut too early":                    {between, shotAt(time.Unix(0, 0)), neverYes},
		"cut a minute too early":           {between, shotAt(asked.Add(-6 * time.Minute)), neverYes},
		"cut too late":                     {between, shotAt(ready.Add(6 * time.Minute)), neverYes},
		"no time yet":                      {between, shot(&snapshotv1.VolumeSnapshotStatus{}), notYet},
		"no status yet":                    {between, shot(nil), notYet},
		"as large as the source":           {BeRestorableInto(gib), shotOfSize("1Gi"), yes},
		"smaller than the source":          {BeRestorableInto(gib), shotOfSize("4Ki"), yes},
		"of unknown size":                  {BeRestorableInto(gib), shot(&snapshotv1.VolumeSnapshotStatus{}), yes},
		"larger than the source":           {BeRestorableInto(gib), shotOfSize("1025Mi"), neverYes},
		"restorable, no status yet":        {BeRestorableInto(gib), shot(nil), notYet},
		"measured":                         {BeMeasured(), shotOfSize("1Gi"), yes},
		"measured as nothing":              {BeMeasured(), shotOfSize("0"), notYet},
		"not measured":                     {BeMeasured(), shot(&snapshotv1.VolumeSnapshotStatus{}), notYet},
		"settled: ready":                   {BeSettled(), shot(&snapshotv1.VolumeSnapshotStatus{ReadyToUse: ptr.To(true)}), yes},
		"settled: failed":                  {BeSettled(), shot(&snapshotv1.VolumeSnapshotStatus{ReadyToUse: ptr.To(false), Error: &snapshotv1.VolumeSnapshotError{}}), yes},
		"neither":                          {BeSettled(), shot(&snapshotv1.VolumeSnapshotStatus{ReadyToUse: ptr.To(false)}), notYet},
		"departing":                        {BeDeparting(), departing, yes},
		"not departing":                    {BeDeparting(), shot(nil), notYet},
		"departed":                         {BeDeparting(), Snapshot{Seen: true, Gone: true, Object: departing.Object}, notYet},
	} {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(ask(t, c.matcher, c.sight)).To(Equal(c.want))
		})
	}
}

func TestRestoreMatchersOfClaims(t *testing.T) {
	refused := aClaim(corev1.ClaimPending, "", "ProvisioningFailed")
	refused.Events[0].Type, refused.Events[0].Message = corev1.EventTypeWarning, "rpc error: code = OutOfRange"
	normal := aClaim(corev1.ClaimPending, "", "Provisioning")
	normal.Events[0].Type, normal.Events[0].Message = corev1.EventTypeNormal, "OutOfRange is a word"
	held := aClaim(corev1.ClaimBound, "v")
	held.Object.Finalizers = []string{"kubernetes.io/pvc-protection", "snapshot.storage.kubernetes.io/pvc-as-source-protection"}
	for name, c := range map[string]struct {
		matcher types.GomegaMatcher
		sight   Claim
		want    answer
	}{
		"bound":                          {BeBoundOrRefused("OutOfRange"), aClaim(corev1.ClaimBound, "v"), yes},
		"refused":                        {BeBoundOrRefused("OutOfRange"), refused, yes},
		"refused for another reason":     {BeBoundOrRefused("NotFound"), refused, notYet},
		"words without a warning":        {BeBoundOrRefused("OutOfRange"), normal, notYet},
		"pending":                        {BeBoundOrRefused("OutOfRange"), aClaim(corev1.ClaimPending, ""), notYet},
		"held as a source":               {BeHeldAsSource("pvc-as-source"), held, yes},
		"held by another finalizer only": {BeHeldAsSource("as-a-clone"), held, notYet},
		"free, and held by another one":  {BeFreeAsSource("as-a-clone"), held, yes},
		"not free yet":                   {BeFreeAsSource("pvc-as-source"), held, notYet},
	} {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(ask(t, c.matcher, c.sight)).To(Equal(c.want))
		})
	}
}

func TestHaveHandle(t *testing.T) {
	content := func(status *snapshotv1.VolumeSnapshotContentStatus) Content {
		return Content{Name: "snapshot content c", Seen: true, Object: &snapshotv1.VolumeSnapshotContent{Status: status}}
	}
	g := NewWithT(t)
	g.Expect(ask(t, HaveHandle(), content(&snapshotv1.VolumeSnapshotContentStatus{SnapshotHandle: ptr.To("h")}))).To(Equal(yes))
	g.Expect(ask(t, HaveHandle(), content(&snapshotv1.VolumeSnapshotContentStatus{SnapshotHandle: ptr.To("")}))).To(Equal(notYet))
	g.Expect(ask(t, HaveHandle(), content(nil))).To(Equal(notYet))
}

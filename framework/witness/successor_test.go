package witness

import (
	"testing"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
	apitypes "k8s.io/apimachinery/pkg/types"
)

func TestSuccessorMatchers(t *testing.T) {
	ready := with(corev1.PodReady, corev1.ConditionTrue, "", "")
	called := func(uid apitypes.UID) func(*Pod) { return func(s *Pod) { s.Object.UID = uid } }
	restarted := func(s *Pod) { s.Object.Status.ContainerStatuses = []corev1.ContainerStatus{{RestartCount: 1}} }
	taken := func(words string) func(*Pod) {
		return with(corev1.PodScheduled, corev1.ConditionFalse, corev1.PodReasonUnschedulable, words)
	}
	const running = corev1.PodRunning
	for name, c := range map[string]struct {
		matcher types.GomegaMatcher
		sight   Pod
		want    answer
	}{
		"the successor runs":               {RunInPlaceOf("1"), aPod(running, "a", ready, called("2")), yes},
		"the former one still runs":        {RunInPlaceOf("1"), aPod(running, "a", ready, called("1")), notYet},
		"the former one has ended":         {RunInPlaceOf("1"), aPod(corev1.PodSucceeded, "a", called("1")), notYet},
		"the former one is gone":           {RunInPlaceOf("1"), Pod{Seen: true, Gone: true, Object: aPod(running, "a", ready, called("1")).Object}, notYet},
		"the successor is not ready":       {RunInPlaceOf("1"), aPod(running, "a", called("2")), notYet},
		"the successor waits":              {RunInPlaceOf("1"), aPod(corev1.PodPending, "", called("2")), notYet},
		"the successor has failed":         {RunInPlaceOf("1"), aPod(corev1.PodFailed, "a", called("2")), neverYes},
		"runs on":                          {RunUnbroken("1"), aPod(running, "a", ready, called("1")), yes},
		"runs, another one":                {RunUnbroken("1"), aPod(running, "a", ready, called("2")), neverYes},
		"runs again":                       {RunUnbroken("1"), aPod(running, "a", ready, called("1"), restarted), neverYes},
		"is not ready for the moment":      {RunUnbroken("1"), aPod(running, "a", called("1")), notYet},
		"has ended":                        {RunUnbroken("1"), aPod(corev1.PodFailed, "a", called("1")), neverYes},
		"claim of another pod, today":      {BeUnschedulable(OncePodTaken), aPod(corev1.PodPending, "", taken("0/4 nodes are available: 1 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod")), yes},
		"claim of another pod, before":     {BeUnschedulable(OncePodTaken), aPod(corev1.PodPending, "", taken("node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode")), yes},
		"another reason than the claim":    {BeUnschedulable(OncePodTaken), aPod(corev1.PodPending, "", taken("Insufficient cpu")), notYet},
		"scheduled beside the first after": {BeUnschedulable(OncePodTaken), aPod(running, "a", ready), neverYes},
	} {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(ask(t, c.matcher, c.sight)).To(Equal(c.want))
		})
	}
}

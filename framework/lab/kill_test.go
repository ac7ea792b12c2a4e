package lab

import (
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
)

func container(name string, restarts int32, runs bool) corev1.ContainerStatus {
	s := corev1.ContainerStatus{Name: name, RestartCount: restarts, ContainerID: "containerd://" + name + "-id"}
	if runs {
		s.State.Running, s.Ready = &corev1.ContainerStateRunning{}, true
	} else {
		s.State.Waiting = &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}
	}
	return s
}

func with(statuses ...corev1.ContainerStatus) *corev1.Pod {
	return &corev1.Pod{Status: corev1.PodStatus{Phase: corev1.PodRunning, ContainerStatuses: statuses}}
}

func TestAContainerHasReturnedWhenItWasStartedAgainAndRuns(t *testing.T) {
	g := NewWithT(t)
	before := with(container("driver", 3, true), container("provisioner", 0, true), container("down", 1, false))
	g.Expect(unreturned(before, before)).To(ConsistOf("driver", "provisioner"), "the state of before is no return")
	g.Expect(unreturned(before, with(container("driver", 4, false), container("provisioner", 1, true)))).To(ConsistOf("driver"))
	g.Expect(unreturned(before, with(container("driver", 4, true), container("provisioner", 2, true), container("down", 1, false)))).To(BeEmpty())
}

func TestSidecarsAmongTheInitContainersAreKilledToo(t *testing.T) {
	g := NewWithT(t)
	p := with(container("driver", 0, true), container("down", 0, false))
	p.Status.InitContainerStatuses = []corev1.ContainerStatus{container("sidecar", 0, true), container("init", 0, false)}
	var ids []string
	for _, s := range running(p) {
		ids = append(ids, idOf(s))
	}
	g.Expect(ids).To(Equal([]string{"driver-id", "sidecar-id"}))
	g.Expect(p.Status.ContainerStatuses).To(HaveLen(2), "the pod itself is left as it is")
	g.Expect(counted(p, map[string]int{"driver-id": 2})).To(Equal("driver (2), sidecar (0)"))
}

func TestReadinessIsThePodsOwnWord(t *testing.T) {
	g := NewWithT(t)
	p := with(container("driver", 1, false))
	g.Expect(ready(p)).To(BeFalse())
	g.Expect(state(p)).To(Equal("is Running, driver waits: CrashLoopBackOff"))
	p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	g.Expect(ready(p)).To(BeTrue())
}

func TestKillNeedsAKeeperOnTheNode(t *testing.T) {
	l := &Lab{}
	_, err := l.kill(t.Context(), map[string][]string{"far": {"id"}})
	NewWithT(t).Expect(err).To(MatchError("no keeper runs on node far"))
}

func TestContainersSucceedThoseThatAreGone(t *testing.T) {
	g := NewWithT(t)
	stale := with(container("driver", 3, true), container("provisioner", 0, true))
	next := with(container("driver", 4, true), container("provisioner", 1, true))
	for i := range next.Status.ContainerStatuses {
		next.Status.ContainerStatuses[i].ContainerID += "-2"
	}
	g.Expect(succeeds(stale, []*corev1.Pod{stale})).To(BeFalse())
	g.Expect(succeeds(with(next.Status.ContainerStatuses[0], stale.Status.ContainerStatuses[1]), []*corev1.Pod{stale})).To(BeFalse(), "one of them still is the old one")
	g.Expect(succeeds(next, []*corev1.Pod{stale})).To(BeTrue())
}

package witness

import (
	"testing"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
)

func aPod(phase corev1.PodPhase, node string, change ...func(*Pod)) Pod {
	s := Pod{Name: "pod p", Seen: true, Object: &corev1.Pod{}}
	s.Object.Status.Phase, s.Object.Spec.NodeName = phase, node
	for _, c := range change {
		c(&s)
	}
	return s
}

func with(kind corev1.PodConditionType, status corev1.ConditionStatus, reason, message string) func(*Pod) {
	return func(s *Pod) {
		s.Object.Status.Conditions = append(s.Object.Status.Conditions, corev1.PodCondition{Type: kind, Status: status, Reason: reason, Message: message})
	}
}

func waiting(reason string) func(*Pod) {
	return func(s *Pod) {
		s.Object.Status.ContainerStatuses = []corev1.ContainerStatus{{State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason}}}}
	}
}

func running(s *Pod) {
	s.Object.Status.ContainerStatuses = []corev1.ContainerStatus{{State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}}
}

func ended(s *Pod) {
	s.Object.Status.ContainerStatuses = []corev1.ContainerStatus{{State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{}}}}
}

func restarted(s *Pod) {
	s.Object.Status.ContainerStatuses = []corev1.ContainerStatus{{RestartCount: 1}}
}

func told(reason, message string) func(*Pod) {
	return func(s *Pod) { s.Events = append(s.Events, corev1.Event{Reason: reason, Message: message}) }
}

func TestPodMatchers(t *testing.T) {
	ready := with(corev1.PodReady, corev1.ConditionTrue, "", "")
	unschedulable := func(why string) func(*Pod) {
		return with(corev1.PodScheduled, corev1.ConditionFalse, corev1.PodReasonUnschedulable, why)
	}
	const now, before = "0/4 nodes: 1 node(s) didn't match PersistentVolume's node affinity", "1 node(s) had volume node affinity conflict"
	for name, c := range map[string]struct {
		matcher types.GomegaMatcher
		sight   Pod
		want    answer
	}{
		"runs":                              {Run(), aPod(corev1.PodRunning, "a", ready), yes},
		"running but not ready":             {Run(), aPod(corev1.PodRunning, "a"), notYet},
		"failed":                            {Run(), aPod(corev1.PodFailed, "a"), neverYes},
		"started again":                     {RunAgain(), aPod(corev1.PodRunning, "a", ready, restarted), yes},
		"ended, and was started again":      {HaveEnded(), aPod(corev1.PodRunning, "a", ready, restarted), yes},
		"ended, not yet started again":      {HaveEnded(), aPod(corev1.PodRunning, "a", ended), yes},
		"has not ended":                     {HaveEnded(), aPod(corev1.PodRunning, "a", ready, running), notYet},
		"never ended":                       {RunAgain(), aPod(corev1.PodRunning, "a", ready), notYet},
		"started again, not ready":          {RunAgain(), aPod(corev1.PodRunning, "a", restarted), notYet},
		"ended":                             {Run(), aPod(corev1.PodSucceeded, "a"), neverYes},
		"no image":                          {Run(), aPod(corev1.PodPending, "a", waiting("ErrImageNeverPull")), neverYes},
		"container being created":           {Run(), aPod(corev1.PodPending, "a", waiting("ContainerCreating")), notYet},
		"on the node":                       {BeScheduledTo("a"), aPod(corev1.PodPending, "a"), yes},
		"on one of the nodes":               {BeScheduledTo("b", "a"), aPod(corev1.PodPending, "a"), yes},
		"on another node":                   {BeScheduledTo("a"), aPod(corev1.PodRunning, "b"), neverYes},
		"on no node yet":                    {BeScheduledTo("a"), aPod(corev1.PodPending, ""), notYet},
		"off the node":                      {BeScheduledOff("a"), aPod(corev1.PodPending, "b"), yes},
		"on the avoided node":               {BeScheduledOff("a"), aPod(corev1.PodPending, "a"), neverYes},
		"nowhere is not off":                {BeScheduledOff("a"), aPod(corev1.PodPending, ""), notYet},
		"conflict in today's words":         {BeUnschedulable(AffinityConflict), aPod(corev1.PodPending, "", unschedulable(now)), yes},
		"conflict in the older words":       {BeUnschedulable(AffinityConflict), aPod(corev1.PodPending, "", unschedulable(before)), yes},
		"unschedulable for another reason":  {BeUnschedulable(AffinityConflict), aPod(corev1.PodPending, "", unschedulable("Insufficient cpu")), notYet},
		"unbound claim is no conflict":      {BeUnschedulable(AffinityConflict), aPod(corev1.PodPending, "", unschedulable(UnboundImmediate[0])), notYet},
		"scheduled after all":               {BeUnschedulable(AffinityConflict), aPod(corev1.PodPending, "a", unschedulable(now)), neverYes},
		"words without the condition":       {BeUnschedulable(AffinityConflict), aPod(corev1.PodPending, "", with(corev1.PodScheduled, corev1.ConditionTrue, "", now)), notYet},
		"the condition has passed":          {BeUnschedulable(AffinityConflict), aPod(corev1.PodPending, "", with(corev1.PodScheduled, corev1.ConditionTrue, corev1.PodReasonUnschedulable, now)), notYet},
		"another reason code":               {BeUnschedulable(AffinityConflict), aPod(corev1.PodPending, "", with(corev1.PodScheduled, corev1.ConditionFalse, "SchedulingGated", now)), notYet},
		"the choice was taken back":         {BeTurnedAway(NoStorageThere), aPod(corev1.PodPending, "", with(corev1.PodScheduled, corev1.ConditionFalse, "SchedulerError", `binding volumes: provisioning failed for PVC "c"`)), yes},
		"too little is published":           {BeTurnedAway(NoStorageThere), aPod(corev1.PodPending, "", unschedulable("1 node(s) did not have enough free storage.")), yes},
		"made elsewhere":                    {BeTurnedAway(NoStorageThere), aPod(corev1.PodPending, "", unschedulable(before)), yes},
		"turned away for another reason":    {BeTurnedAway(NoStorageThere), aPod(corev1.PodPending, "", unschedulable("Insufficient cpu")), notYet},
		"let in after it was turned away":   {BeTurnedAway(NoStorageThere), aPod(corev1.PodPending, "a", unschedulable(before)), neverYes},
		"the words have passed":             {BeTurnedAway(NoStorageThere), aPod(corev1.PodPending, "", with(corev1.PodScheduled, corev1.ConditionTrue, "", before)), notYet},
		"not looked at yet":                 {BeConsidered(), aPod(corev1.PodPending, ""), notYet},
		"refused":                           {BeConsidered(), aPod(corev1.PodPending, "", unschedulable(now)), yes},
		"given a node":                      {BeConsidered(), aPod(corev1.PodPending, "a"), yes},
		"no node":                           {BeOffNodes(), aPod(corev1.PodPending, ""), yes},
		"a node":                            {BeOffNodes(), aPod(corev1.PodPending, "a"), notYet},
		"refused by it":                     {BeRefusedMount("does not exist"), aPod(corev1.PodPending, "a", told("FailedMount", "path x does not exist")), yes},
		"refused for another reason":        {BeRefusedMount("does not exist"), aPod(corev1.PodPending, "a", told("FailedMount", "permission denied")), notYet},
		"words of another kind of event":    {BeRefusedMount("does not exist"), aPod(corev1.PodPending, "a", told("FailedScheduling", "does not exist")), notYet},
		"it runs, so it was not refused":    {BeRefusedMount("does not exist"), aPod(corev1.PodRunning, "a", told("FailedMount", "path x does not exist")), neverYes},
		"a pod that is gone does not run":   {Run(), Pod{Seen: true, Gone: true, Object: aPod(corev1.PodRunning, "a", ready).Object}, notYet},
		"a pod that is gone is on no node":  {BeScheduledTo("a"), Pod{Seen: true, Gone: true, Object: aPod(corev1.PodRunning, "a").Object}, notYet},
		"cordoned, by the plugin's words":   {BeUnschedulable(NodeUnschedulable), aPod(corev1.PodPending, "", unschedulable("1 node(s) were unschedulable")), yes},
		"nothing to bind, in its own words": {BeUnschedulable(NothingToBind), aPod(corev1.PodPending, "", unschedulable("1 node(s) didn't find available persistent volumes to bind")), yes},
	} {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(ask(t, c.matcher, c.sight)).To(Equal(c.want))
		})
	}
}

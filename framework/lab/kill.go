package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"

	"csicert/framework/agent"
)

// Killed is what a spec killed, and is to come back.
type Killed struct {
	over   func()
	b      *Bench
	before []*corev1.Pod
	at     time.Time
}

// Kill ends every process of the components by SIGKILL, on all nodes at once, as the kernel does when memory runs out.
// It does not wait. It needs the capability Disruption, and a spec that uses it must be Serial: all specs stand on the
// driver.
func (b *Bench) Kill(ctx context.Context, components ...Component) Killed {
	ginkgo.GinkgoHelper()
	over := b.useTurn(ctx)
	var pods []*corev1.Pod
	for _, c := range components {
		if !slices.ContainsFunc(pods, func(p *corev1.Pod) bool { return p.UID == c.pod.UID }) {
			pods = append(pods, c.pod)
		}
	}
	met, at := b.mustKill(ctx, pods)
	return Killed{b: b, over: over, before: met, at: at}
}

// mustKill kills the pods' processes and returns the pods as they were then, and when that was.
func (b *Bench) mustKill(ctx context.Context, pods []*corev1.Pod) (met []*corev1.Pod, at time.Time) {
	ginkgo.GinkgoHelper()
	at = time.Now()
	met, missed := b.kill(ctx, pods, ready) // others may have killed them since they were found
	if len(missed) > 0 {                    // and what is known of them may be older than that: their next containers are meant
		at = time.Now()
		again, never := b.kill(ctx, missed, func(p *corev1.Pod) bool { return ready(p) && succeeds(p, missed) })
		met = append(met, again...)
		for _, p := range never {
			b.blocked("killing", fmt.Sprintf("the keepers found no process of pod %s/%s: its containers end by themselves, or the keepers do not see the cgroups of node %s", p.Namespace, p.Name, p.Spec.NodeName))
		}
	}
	return met, at
}

// kill waits until each of the pods is as it is to be and then kills them all at once. It returns them as they were
// then: those that lost processes, and those of which the keepers found none.
func (b *Bench) kill(ctx context.Context, pods []*corev1.Pod, is func(*corev1.Pod) bool) (met, missed []*corev1.Pod) {
	ginkgo.GinkgoHelper()
	var before []*corev1.Pod
	byNode := map[string][]string{}
	for _, p := range pods {
		now, err := b.awaitPod(ctx, p, is)
		if err != nil {
			b.blocked("killing", fmt.Sprintf("pod %s/%s %s: %v", p.Namespace, p.Name, state(now), err))
		}
		before = append(before, now)
		byNode[now.Spec.NodeName] = append(byNode[now.Spec.NodeName], ids(now)...)
	}
	found, err := b.lab.kill(ctx, byNode)
	for _, p := range before {
		b.say("killed %s/%s on %s: %s", p.Namespace, p.Name, p.Spec.NodeName, counted(p, found))
	}
	if err != nil {
		b.blocked("killing", err.Error())
	}
	for _, p := range before {
		if slices.ContainsFunc(ids(p), func(id string) bool { return found[id] > 0 }) {
			met = append(met, p)
		} else {
			missed = append(missed, p)
		}
	}
	return met, missed
}

// kill has the keepers kill the containers of their nodes, and tells how many processes each container had.
func (l *Lab) kill(ctx context.Context, byNode map[string][]string) (map[string]int, error) {
	ctx, cancel := context.WithTimeout(ctx, l.cfg.Budgets.Data)
	defer cancel()
	var mu sync.Mutex
	var all sync.WaitGroup
	var failed error
	found := map[string]int{}
	for node := range byNode { // before the first is killed
		if _, there := l.attendants[node]; !there {
			return nil, fmt.Errorf("no keeper runs on node %s", node)
		}
	}
	for node, containers := range byNode {
		all.Go(func() {
			var answer agent.Killed
			err := l.ask(ctx, node, agent.Kill{Containers: containers}, &answer)
			mu.Lock()
			defer mu.Unlock()
			maps.Copy(found, answer.Processes)
			if err != nil {
				failed = err
			}
		})
	}
	all.Wait()
	return found, failed
}

func counted(p *corev1.Pod, found map[string]int) string {
	var words []string
	for _, s := range running(p) {
		words = append(words, fmt.Sprintf("%s (%d)", s.Name, found[idOf(s)]))
	}
	return strings.Join(words, ", ")
}

// Return waits until the kubelet has started every container again that was killed, and requires the pods to be ready
// then: a driver has to come back by itself.
func (k Killed) Return(ctx context.Context) {
	ginkgo.GinkgoHelper()
	defer k.over()
	for _, before := range k.before {
		now, err := k.b.awaitPod(ctx, before, func(p *corev1.Pod) bool { return ready(p) && len(unreturned(before, p)) == 0 })
		switch missing := unreturned(before, now); {
		case err != nil && len(missing) > 0:
			k.b.blocked("waiting for "+before.Name, fmt.Sprintf("the kubelet has not started %v again: %v", missing, err))
		case err != nil:
			ginkgo.Fail(fmt.Sprintf("expected: pod %s/%s to be ready again after its processes were killed\nobserved: it %s; %v", before.Namespace, before.Name, state(now), err))
		}
		k.b.say("%s is back %.1fs after the kill", before.Name, time.Since(k.at).Seconds())
	}
}

// awaitPod waits until the watch shows the pod as it is to be, and returns it as it was shown last.
func (b *Bench) awaitPod(ctx context.Context, pod *corev1.Pod, is func(*corev1.Pod) bool) (*corev1.Pod, error) {
	within := b.lab.cfg.Budgets.Retry
	ctx, cancel := context.WithTimeoutCause(ctx, within, fmt.Errorf("not within %s", within))
	defer cancel()
	last := pod
	lw := cache.NewListWatchFromClient(b.lab.clients.set.CoreV1().RESTClient(), "pods", pod.Namespace, fields.OneTermEqualSelector("metadata.name", pod.Name))
	_, err := watchtools.UntilWithSync(ctx, lw, &corev1.Pod{}, nil, func(e watch.Event) (bool, error) {
		now, isPod := e.Object.(*corev1.Pod)
		if !isPod {
			return false, nil
		}
		if now.UID != pod.UID || e.Type == watch.Deleted {
			return false, errors.New("it was replaced or deleted")
		}
		last = now
		return is(now), nil
	})
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	return last, err
}

// running are the containers that run, sidecars among the init containers too.
func running(p *corev1.Pod) []corev1.ContainerStatus {
	all := slices.Concat(p.Status.ContainerStatuses, p.Status.InitContainerStatuses)
	return slices.DeleteFunc(all, func(s corev1.ContainerStatus) bool { return s.State.Running == nil })
}

// idOf is the container's ID without the runtime's prefix.
func idOf(s corev1.ContainerStatus) string {
	_, id, _ := strings.Cut(s.ContainerID, "://")
	return id
}

// ids are those of the containers that run.
func ids(p *corev1.Pod) (all []string) {
	for _, s := range running(p) {
		all = append(all, idOf(s))
	}
	return all
}

// succeeds tells whether none of the containers that run in the pod ran in it before.
func succeeds(p *corev1.Pod, before []*corev1.Pod) bool {
	return !slices.ContainsFunc(before, func(b *corev1.Pod) bool {
		return slices.ContainsFunc(ids(b), func(id string) bool { return slices.Contains(ids(p), id) })
	})
}

// unreturned names the containers that ran before and have not been started again since.
func unreturned(before, now *corev1.Pod) []string {
	restarts := map[string]int32{}
	for _, s := range running(now) {
		restarts[s.Name] = s.RestartCount
	}
	var missing []string
	for _, s := range running(before) {
		if n, runs := restarts[s.Name]; !runs || n <= s.RestartCount {
			missing = append(missing, s.Name)
		}
	}
	return missing
}

func ready(p *corev1.Pod) bool {
	return slices.ContainsFunc(p.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}

// state tells in words how the containers of a pod are.
func state(p *corev1.Pod) string {
	words := []string{"is " + string(p.Status.Phase)}
	for _, s := range p.Status.ContainerStatuses {
		switch {
		case s.State.Waiting != nil:
			words = append(words, fmt.Sprintf("%s waits: %s", s.Name, s.State.Waiting.Reason))
		case !s.Ready:
			words = append(words, fmt.Sprintf("%s is not ready after %d restarts", s.Name, s.RestartCount))
		}
	}
	return strings.Join(words, ", ")
}

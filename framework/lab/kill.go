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
	over, err := b.lab.outage(ctx)
	if err != nil {
		b.blocked("killing", err.Error())
	}
	b.undo = append(b.undo, undoing{what: "the outage", do: func(context.Context) error { over(); return nil }})
	killed := Killed{b: b, over: over}
	byNode := map[string][]string{}
	for _, c := range components {
		if slices.ContainsFunc(killed.before, func(p *corev1.Pod) bool { return p.UID == c.pod.UID }) {
			continue
		}
		now, err := b.awaitPod(ctx, c.pod, ready) // others may have killed it since it was found
		if err != nil {
			b.blocked("killing", fmt.Sprintf("pod %s/%s is not ready: %v", c.pod.Namespace, c.pod.Name, err))
		}
		killed.before = append(killed.before, now)
		for _, s := range running(now) {
			byNode[now.Spec.NodeName] = append(byNode[now.Spec.NodeName], idOf(s))
		}
	}
	killed.at = time.Now()
	found, err := b.lab.kill(ctx, byNode)
	for _, p := range killed.before {
		b.say("killed %s/%s on %s: %s", p.Namespace, p.Name, p.Spec.NodeName, counted(p, found))
	}
	if err != nil {
		b.blocked("killing", err.Error())
	}
	return killed
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
	if sum := total(found); failed == nil && sum == 0 {
		failed = fmt.Errorf("the keepers found no process of %d containers: all have just ended, or the keepers do not see the cgroups of their nodes", len(found))
	}
	return found, failed
}

func total(counts map[string]int) (sum int) {
	for _, n := range counts {
		sum += n
	}
	return sum
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

package lab

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// logsOf are the logs of a pod's containers since the bench was opened, whole, by the container; a sidecar may be among those
// that start first.
func (b *Bench) logsOf(ctx context.Context, pod *corev1.Pod) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(ctx, b.lab.cfg.Budgets.Data)
	defer cancel()
	since := metav1.NewTime(b.began.Add(-time.Second)) // which is told in whole seconds
	logs := map[string]string{}
	for _, c := range append(slices.Clone(pod.Spec.InitContainers), pod.Spec.Containers...) {
		where := fmt.Sprintf("container %s of pod %s/%s", c.Name, pod.Namespace, pod.Name)
		text, err := b.lab.clients.set.CoreV1().Pods(pod.Namespace).GetLogs(pod.Name, &corev1.PodLogOptions{Container: c.Name, SinceTime: &since}).DoRaw(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading the log of %s: %w", where, err)
		}
		logs[where] = string(text)
	}
	return logs, nil
}

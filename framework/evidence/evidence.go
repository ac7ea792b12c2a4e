// Package evidence gathers, when a spec failed, what somebody would ask for first: the objects, the events in
// order and the tails of the logs, with secrets removed.
package evidence

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// Scene is where to look.
type Scene struct {
	Set       kubernetes.Interface
	Namespace string          // of the spec's process
	Selector  string          // label selector of the spec's objects
	Prefix    string          // of the names of the spec's objects; events are chosen by it
	Made      []client.Object // snapshots, and what controllers made for the spec: volumes and contents, as last seen
	NoLogs    bool            // objects and events are enough
	DriverNS  string          // namespace of the driver's pods; empty where there are none or nobody said
}

const logTail = 40 // lines of each container's log

// Collect describes the scene in sections headed "== name ==". What cannot be had is said in its section: evidence
// never fails a spec.
func Collect(ctx context.Context, s Scene) string {
	var out strings.Builder
	section := func(name, body string, err error) {
		if err != nil {
			body = "could not be had: " + err.Error()
		}
		fmt.Fprintf(&out, "== %s ==\n%s\n", name, strings.TrimRight(Redact(body), "\n"))
	}
	opts := metav1.ListOptions{LabelSelector: s.Selector}

	body, err := s.events(ctx)
	section("events", body, err)
	claims, err := s.Set.CoreV1().PersistentVolumeClaims(s.Namespace).List(ctx, opts)
	section("claims", documents(claims.Items), err)
	volumes, err := s.Set.CoreV1().PersistentVolumes().List(ctx, opts)
	section("volumes", documents(volumes.Items), err)
	if len(s.Made) > 0 {
		section("snapshots, and what controllers made", written(s.Made), nil)
	}
	classes, err := s.Set.StorageV1().StorageClasses().List(ctx, opts)
	section("classes", documents(classes.Items), err)
	pods, err := s.Set.CoreV1().Pods(s.Namespace).List(ctx, opts)
	section("pods", documents(pods.Items), err)
	if s.NoLogs {
		return out.String()
	}
	for _, p := range pods.Items {
		if p.Spec.NodeName == "" {
			continue
		}
		log, err := s.log(ctx, p, &corev1.PodLogOptions{TailLines: ptr.To[int64](logTail)})
		section("log of pod "+p.Name, log, err)
	}
	if s.DriverNS != "" {
		s.driverLogs(ctx, section)
	}
	return out.String()
}

func (s Scene) events(ctx context.Context) (string, error) {
	list, err := s.Set.CoreV1().Events(s.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return "", fmt.Errorf("listing events: %w", err)
	}
	slices.SortFunc(list.Items, func(a, b corev1.Event) int { return moment(a).Compare(moment(b).Time) })
	var out strings.Builder
	for _, e := range list.Items {
		if strings.Contains(e.InvolvedObject.Name, s.Prefix) {
			fmt.Fprintf(&out, "%s %s %s/%s %s: %s\n", moment(e).UTC().Format("15:04:05.000"), e.Type, e.InvolvedObject.Kind, e.InvolvedObject.Name, e.Reason, e.Message)
		}
	}
	return out.String(), nil
}

func moment(e corev1.Event) *metav1.Time {
	if !e.EventTime.IsZero() {
		return &metav1.Time{Time: e.EventTime.Time}
	}
	if !e.LastTimestamp.IsZero() {
		return &e.LastTimestamp
	}
	return &e.CreationTimestamp
}

func (s Scene) log(ctx context.Context, p corev1.Pod, o *corev1.PodLogOptions) (string, error) {
	stream, err := s.Set.CoreV1().Pods(p.Namespace).GetLogs(p.Name, o).Stream(ctx)
	if err != nil {
		return "", fmt.Errorf("asking for the log: %w", err)
	}
	defer stream.Close()
	text, err := io.ReadAll(stream)
	if err != nil {
		return "", fmt.Errorf("reading the log: %w", err)
	}
	return string(text), nil
}

// documents writes objects as YAML, without the fields that only the API server reads.
func documents[T any, P interface {
	*T
	client.Object
}](items []T) string {
	var out strings.Builder
	for i := range items {
		o := P(&items[i])
		o.SetManagedFields(nil)
		text, err := yaml.Marshal(o)
		if err != nil {
			text = []byte("cannot be written: " + err.Error())
		}
		fmt.Fprintf(&out, "---\n%s", text)
	}
	return out.String()
}

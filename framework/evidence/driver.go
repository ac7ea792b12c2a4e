package evidence

import (
	"context"
	"fmt"
	"path"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

const (
	driverTail  = 2000 // lines of a driver's or sidecar's log that are looked through
	driverLines = 15   // of these, the last that speak of the spec
)

// snapshotController is the program of the snapshots' controller, which stands in a namespace of its distributor's choice.
const snapshotController = "snapshot-controller"

// driverLogs tells what each container of the driver, and the snapshot controller, last said of the spec's objects.
func (s Scene) driverLogs(ctx context.Context, section func(name, body string, err error)) {
	pods, err := s.Set.CoreV1().Pods("").List(ctx, metav1.ListOptions{})
	if err != nil {
		section("driver's pods", "", err)
		return
	}
	words := s.words()
	for _, p := range pods.Items {
		for _, c := range p.Spec.Containers {
			if p.Namespace != s.DriverNS && !strings.Contains(path.Base(c.Image), snapshotController) {
				continue
			}
			log, err := s.log(ctx, p, &corev1.PodLogOptions{Container: c.Name, TailLines: ptr.To[int64](driverTail)})
			said := speaking(log, words)
			if said == "" && err == nil {
				continue
			}
			section(fmt.Sprintf("what %s of %s on %s said of it", c.Name, p.Name, p.Spec.NodeName), said, err)
		}
	}
}

// words are what a log line that concerns the spec has in it: a name, a UID or a handle of one of its objects.
func (s Scene) words() []string {
	words := []string{s.Prefix + "-"}
	for _, o := range s.Made {
		words = append(words, o.GetName(), string(o.GetUID()))
		if v, ok := o.(*corev1.PersistentVolume); ok && v.Spec.CSI != nil {
			words = append(words, v.Spec.CSI.VolumeHandle)
		}
	}
	return words
}

func speaking(log string, words []string) string {
	var lines []string
	for line := range strings.Lines(log) {
		for _, w := range words {
			if w != "" && strings.Contains(line, w) {
				lines = append(lines, line)
				break
			}
		}
	}
	return strings.Join(lines[max(0, len(lines)-driverLines):], "")
}

func written(objects []client.Object) string {
	var out strings.Builder
	for _, o := range objects {
		text, err := yaml.Marshal(o)
		if err != nil {
			text = []byte("cannot be written: " + err.Error())
		}
		fmt.Fprintf(&out, "---\n# %T\n%s", o, text)
	}
	return out.String()
}

package lab

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func sidecar(image string, env map[string]string, args ...string) corev1.Container {
	c := corev1.Container{Name: "any", Image: image, Args: args}
	for name, value := range env {
		c.Env = append(c.Env, corev1.EnvVar{Name: name, Value: value})
	}
	return c
}

func TestTheSocketIsWhereASidecarLooks(t *testing.T) {
	driver := corev1.Container{Name: "driver", Image: "disk:v1", Args: []string{"--csi-address=/not/this"}}
	for want, c := range map[string]corev1.Container{
		"/csi/csi.sock":   sidecar("mirror.example/csi-provisioner:v5", nil, "--v=2", "--csi-address=/csi/csi.sock"),
		"/csi/two.sock":   sidecar("csi-provisioner", nil, "-csi-address", "/csi/two.sock", "--v=2"),
		"/var/a/csi.sock": sidecar("csi-attacher@sha256:00", map[string]string{"ADDRESS": "/var/a/csi.sock"}, "--csi-address=$(ADDRESS)"),
		"/csi/uri.sock":   sidecar("csi-resizer", nil, "--csi-address=unix:///csi/uri.sock"),
		defaultSocket:     sidecar("csi-snapshotter", nil, "--v=2"),
	} {
		s, err := socketOf(&corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{driver, c}}})
		if err != nil || s.path != want || s.container != "any" {
			t.Errorf("want %s: %+v, %v", want, s, err)
		}
	}
	for want, all := range map[string][]corev1.Container{
		"none of the sidecars": {driver},
		"no path":              {sidecar("csi-provisioner", nil, "--csi-address=$(NOWHERE)")},
	} {
		if s, err := socketOf(&corev1.Pod{Spec: corev1.PodSpec{Containers: all}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %s: %+v, %v", want, s, err)
		}
	}
}

func TestShortNamesStayAndLongOnesStayApart(t *testing.T) {
	if got := shortened("csicert-x-1-prot-001"); got != "csicert-x-1-prot-001" {
		t.Error(got)
	}
	long := strings.Repeat("n", 40)
	one, two := shortened(long+"1"), shortened(long+"2")
	if len(one) > 40 || len(two) > 40 || one == two {
		t.Errorf("%q, %q", one, two)
	}
}

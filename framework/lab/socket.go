package lab

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"strings"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"csicert/framework/agent"
)

// socket is where a driver's controller answers: a path as a container sees it.
type socket struct {
	pod       *corev1.Pod
	container string // its name
	path      string
}

// defaultSocket is where a sidecar looks that was not told (csi-provisioner, --csi-address).
const defaultSocket = "/run/csi/socket"

// controllerSocket finds the socket: where the definition says (controller), or where the sidecars of the controller's pod
// were told to look.
func (b *Bench) controllerSocket(ctx context.Context) socket {
	ginkgo.GinkgoHelper()
	if d := b.lab.cfg.Driver; d != nil && d.Controller != nil {
		selector, err := labels.Parse(d.Controller.Selector)
		if err != nil {
			b.blocked("finding the driver's socket", err.Error())
		}
		found := kept(b.driverPods(ctx), func(p *corev1.Pod) bool { return selector.Matches(labels.Set(p.Labels)) })
		pod := b.components(ctx, "the controller's pod", found, fmt.Sprintf("no pod of namespace %s has the labels %s (controller.selector)", d.Namespace, selector))[0].pod
		return socket{pod, d.Controller.Container, d.Controller.Socket}
	}
	pod := b.ControllerPlugin(ctx)[0].pod
	s, err := socketOf(pod)
	if err != nil {
		b.blocked("finding the driver's socket", err.Error()+" (the definition's controller says where it is)")
	}
	return s
}

// socketOf reads from the first of the sidecars where the driver answers.
func socketOf(pod *corev1.Pod) (socket, error) {
	for _, c := range pod.Spec.Containers {
		for _, name := range sidecars {
			if c.Name != name && !imageIs(c.Image, name) {
				continue
			}
			path, told := addressOf(c)
			if !told {
				path = defaultSocket
			}
			path = strings.TrimPrefix(strings.TrimPrefix(path, "unix://"), "unix:")
			if !strings.HasPrefix(path, "/") {
				return socket{}, fmt.Errorf("container %s of pod %s is told the address %q, which is no path", c.Name, pod.Name, path)
			}
			return socket{pod, c.Name, path}, nil
		}
	}
	return socket{}, fmt.Errorf("pod %s has none of the sidecars %v", pod.Name, sidecars)
}

var variable = regexp.MustCompile(`\$\(([A-Za-z_][A-Za-z0-9_]*)\)`)

// addressOf is what a sidecar is told of the driver, with the variables of its environment in place.
func addressOf(c corev1.Container) (string, bool) {
	words := append(append([]string{}, c.Command...), c.Args...)
	for i, word := range words {
		flag, value, joined := strings.Cut(strings.TrimLeft(word, "-"), "=")
		if !strings.HasPrefix(word, "-") || flag != "csi-address" {
			continue
		}
		if !joined && i+1 < len(words) {
			value = words[i+1]
		}
		return variable.ReplaceAllStringFunc(value, func(v string) string {
			for _, e := range c.Env {
				if "$("+e.Name+")" == v {
					return e.Value
				}
			}
			return v
		}), value != ""
	}
	return "", false
}

// dialer connects to the socket through the keeper of the pod's node.
func (b *Bench) dialer(s socket) (func(context.Context) (net.Conn, error), error) {
	node := s.pod.Spec.NodeName
	keeper, there := b.lab.keepers[node]
	if !there {
		return nil, fmt.Errorf("no keeper runs on node %s", node)
	}
	for _, status := range running(s.pod) {
		if status.Name == s.container {
			verb := agent.Connect{Container: idOf(status), Socket: s.path}
			return func(ctx context.Context) (net.Conn, error) {
				return b.lab.clients.dial(ctx, b.lab.cfg.KeeperNS, keeper, verb.Args())
			}, nil
		}
	}
	return nil, fmt.Errorf("container %q of pod %s/%s does not run", s.container, s.pod.Namespace, s.pod.Name)
}

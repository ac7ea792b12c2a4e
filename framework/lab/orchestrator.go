package lab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"github.com/onsi/ginkgo/v2"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/subject"
)

// Orchestrator is a CO at the socket of the driver's controller. What it makes is deleted when the bench is undone. It
// needs the capability DriverSocket.
func (b *Bench) Orchestrator(ctx context.Context) *orchestrator.CO {
	ginkgo.GinkgoHelper()
	if b.lab.cfg.Driver == nil {
		b.blocked("calling the driver", "no driver is judged")
	}
	at := b.controllerSocket(ctx)
	o, err := b.orchestration(ctx)
	if err == nil {
		o.Dial, err = b.dialer(at)
		o.Logs = func(ctx context.Context) (map[string]string, error) { return b.logsOf(ctx, at.pod) }
	}
	if err != nil {
		b.blocked("calling the driver", err.Error())
	}
	co, err := orchestrator.Open(ctx, o, referee{b})
	if err != nil {
		b.blocked(fmt.Sprintf("calling the driver at %s of container %s in pod %s", at.path, at.container, at.pod.Name), err.Error())
	}
	b.say("calling the driver at %s of container %s in pod %s", at.path, at.container, at.pod.Name)
	b.undo = append(b.undo, undoing{what: "what was made at the driver's socket", do: func(ctx context.Context) error {
		return errors.Join(co.Undo(ctx), co.Close())
	}})
	return co
}

// orchestration is what the driver's classes tell it.
func (b *Bench) orchestration(ctx context.Context) (orchestrator.Options, error) {
	d := b.lab.cfg.Driver
	size, err := resource.ParseQuantity(d.VolumeSize)
	if err != nil {
		return orchestrator.Options{}, fmt.Errorf("volumeSize %q: %w", d.VolumeSize, err)
	}
	o := orchestrator.Options{Prefix: shortened(b.Name()), Size: size.Value(), Call: b.lab.cfg.Budgets.Bind, Patience: b.lab.cfg.Budgets.Bind,
		SanityProgram: b.lab.cfg.Sanity}
	pattern := b.parameters(d.StorageClass)
	if o.Volume, err = b.told(ctx, pattern, "provisioner"); err != nil {
		return o, err
	}
	if d.SnapshotClass != nil {
		if o.Snapshot, err = b.told(ctx, b.parameters(*d.SnapshotClass), "snapshotter"); err != nil {
			return o, err
		}
	}
	o.Capability = capabilityOf(d.StorageClass, pattern)
	if b.has(catalogue.Topology) {
		o.Segments = b.segments()
	}
	return o, nil
}

// forSidecars starts the parameters that a sidecar takes for itself.
const forSidecars = "csi.storage.k8s.io/"

// told is what the sidecar of a class passes on: the parameters that are not for itself, and the secret that these name.
func (b *Bench) told(ctx context.Context, parameters map[string]string, sidecar string) (orchestrator.Class, error) {
	class := orchestrator.Class{Parameters: map[string]string{}}
	for key, value := range parameters {
		if !strings.HasPrefix(key, forSidecars) {
			class.Parameters[key] = value
		}
	}
	name, namespace := parameters[forSidecars+sidecar+"-secret-name"], parameters[forSidecars+sidecar+"-secret-namespace"]
	switch {
	case name == "":
		return class, nil
	case strings.Contains(name+namespace, "${"):
		return class, fmt.Errorf("the class's secret %s/%s is another one for every claim, and there is no claim here", namespace, name)
	}
	secret, err := b.lab.clients.set.CoreV1().Secrets(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return class, fmt.Errorf("reading the class's secret: %w", err)
	}
	class.Secrets = map[string]string{}
	for key, value := range secret.Data {
		class.Secrets[key] = string(value)
	}
	return class, nil
}

// capabilityOf is a volume with files for one node, as every driver of this harness has it.
func capabilityOf(class subject.Class, parameters map[string]string) *csi.VolumeCapability {
	return &csi.VolumeCapability{
		AccessType: &csi.VolumeCapability_Mount{Mount: &csi.VolumeCapability_MountVolume{FsType: parameters[forSidecars+"fstype"], MountFlags: class.MountOptions}},
		AccessMode: &csi.VolumeCapability_AccessMode{Mode: csi.VolumeCapability_AccessMode_SINGLE_NODE_WRITER},
	}
}

// segments are those of the driver's topology that workers stand in, each once, in the order of the workers.
func (b *Bench) segments() []*csi.Topology {
	var all []*csi.Topology
	seen := map[string]bool{}
	for _, n := range b.lab.nodes {
		segment, words := map[string]string{}, ""
		for _, key := range b.topology().Keys {
			segment[key] = n.Labels[key]
			words += key + "=" + n.Labels[key] + " "
		}
		if !seen[words] {
			seen[words] = true
			all = append(all, &csi.Topology{Segments: segment})
		}
	}
	return all
}

// shortened is a name of at most 40 bytes that is as unlike others as the whole.
func shortened(name string) string {
	const most, digits = 40, 8
	if len(name) <= most {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return name[:most-digits-1] + "-" + hex.EncodeToString(sum[:digits/2])
}

// referee ends specs by the bench's own ways.
type referee struct{ b *Bench }

// Fail implements orchestrator.Referee.
func (r referee) Fail(text string) { ginkgo.GinkgoHelper(); ginkgo.Fail(text) }

// Blocked implements orchestrator.Referee.
func (r referee) Blocked(call, why string) { ginkgo.GinkgoHelper(); r.b.blocked(call, why) }

// Unsupported implements orchestrator.Referee.
func (r referee) Unsupported(sentence string) {
	ginkgo.GinkgoHelper()
	r.b.lacking(catalogue.MarkUnsupported, sentence)
}

// Say implements orchestrator.Referee.
func (r referee) Say(format string, args ...any) { r.b.say(format, args...) }

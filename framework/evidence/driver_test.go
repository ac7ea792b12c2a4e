package evidence

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func TestDriverLinesAreThoseOfTheSpec(t *testing.T) {
	g := NewWithT(t)
	volume := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: "pvc-1", UID: "u-1"}}
	volume.Spec.CSI = &corev1.CSIPersistentVolumeSource{VolumeHandle: "zone-a.v-7"}
	s := Scene{Prefix: "snap-001", Made: []client.Object{volume}}
	log := "made snap-001-claim-1\nmade snap-0012-claim-1\nmounted zone-a.v-7\nneighbour pvc-2\nuid u-1\n"
	g.Expect(speaking(log, s.words())).To(Equal("made snap-001-claim-1\nmounted zone-a.v-7\nuid u-1\n"))
}

func TestNoLogIsReadWhereNobodyReadsIt(t *testing.T) {
	g := NewWithT(t)
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "pod-1"}, Spec: corev1.PodSpec{NodeName: "one", Containers: []corev1.Container{{Name: "agent"}}}}
	scene := Scene{Namespace: "n", DriverNS: "n", Set: fake.NewClientset(pod)}
	g.Expect(Collect(t.Context(), scene)).To(ContainSubstring("log of pod pod-1"))
	scene.NoLogs = true
	brief := Collect(t.Context(), scene)
	g.Expect(brief).NotTo(ContainSubstring("log of pod"))
	g.Expect(brief).To(ContainSubstring("name: pod-1"))
}

func TestDriverLinesAreTheLast(t *testing.T) {
	g := NewWithT(t)
	log := strings.Repeat("a word\n", driverLines) + "a word, the last\n"
	said := speaking(log, []string{"word"})
	g.Expect(strings.Count(said, "\n")).To(Equal(driverLines))
	g.Expect(said).To(HaveSuffix("the last\n"))
}

func TestTheDriversContainersAndTheSnapshotControllerAreHeard(t *testing.T) {
	g := NewWithT(t)
	pod := func(namespace, name string, images ...string) *corev1.Pod {
		p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
		for _, image := range images {
			p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: image, Image: "mirror/" + image + ":v1"})
		}
		return p
	}
	named := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: "fake logs"}} // what the fake says of every container
	s := Scene{DriverNS: "d", Made: []client.Object{named}, Set: fake.NewClientset(
		pod("d", "controller", "driver", "csi-provisioner"), pod("kube-system", "snaps", "snapshot-controller"), pod("kube-system", "dns", "coredns"))}
	var heard []string
	s.driverLogs(t.Context(), func(name, _ string, err error) {
		g.Expect(err).NotTo(HaveOccurred())
		heard = append(heard, strings.Fields(name)[1])
	})
	g.Expect(heard).To(ConsistOf("driver", "csi-provisioner", "snapshot-controller"))
}

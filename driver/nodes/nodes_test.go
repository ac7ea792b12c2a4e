package nodes

import (
	"context"
	"net/netip"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
)

const zone = "topology.kubernetes.io/zone"

func node(name, value, address string) *corev1.Node {
	return &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{zone: value}},
		Status: corev1.NodeStatus{Addresses: []corev1.NodeAddress{
			{Type: corev1.NodeHostName, Address: name}, {Type: corev1.NodeInternalIP, Address: address}}}}
}

func TestANodeWithoutALabelIsNamed(t *testing.T) {
	g := NewWithT(t)
	set := fake.NewClientset(node("n1", "zone-a", "10.0.0.1"))
	g.Expect(Segments(t.Context(), set, "n1", []string{zone})).To(Equal(map[string]string{zone: "zone-a"}))
	_, err := Segments(t.Context(), set, "n1", []string{zone, "rack"})
	g.Expect(err).To(MatchError(And(ContainSubstring("n1"), ContainSubstring("rack"))))
	_, err = Segments(t.Context(), set, "n2", []string{zone})
	g.Expect(err).To(MatchError(ContainSubstring("n2")))
}

func TestAddressesFollowTheZonesNodes(t *testing.T) {
	g := NewWithT(t)
	set := fake.NewClientset(node("n1", "zone-a", "10.0.0.2"))
	ctx, cancel := context.WithCancel(t.Context())
	seen := make(chan []netip.Addr)
	ended := make(chan error)
	go func() {
		ended <- Addresses(ctx, set, zone, "zone-a", func(all []netip.Addr) error { seen <- all; return nil })
	}()
	g.Eventually(seen).Should(Receive(Equal([]netip.Addr{netip.MustParseAddr("10.0.0.2")})))
	_, err := set.CoreV1().Nodes().Create(ctx, node("n2", "zone-a", "10.0.0.1"), metav1.CreateOptions{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Eventually(seen).Should(Receive(HaveLen(2)))
	g.Expect(set.CoreV1().Nodes().Delete(ctx, "n1", metav1.DeleteOptions{})).To(Succeed())
	g.Eventually(seen).Should(Receive(Equal([]netip.Addr{netip.MustParseAddr("10.0.0.1")})))
	cancel()
	g.Eventually(ended).Should(Receive(BeNil()))
}

func TestAddressesNowAreOfTheZone(t *testing.T) {
	g := NewWithT(t)
	set := fake.NewClientset(node("n1", "zone-a", "10.0.0.2"), node("n2", "zone-a", "10.0.0.1"), node("n3", "zone-b", "10.0.0.3"))
	g.Expect(AddressesNow(t.Context(), set, zone, "zone-a")).To(Equal([]netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")}))
	g.Expect(AddressesNow(t.Context(), set, zone, "zone-c")).To(BeEmpty())
}

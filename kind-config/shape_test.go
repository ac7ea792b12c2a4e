package kindconfig

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

func TestEmbeddedShapesAreUsable(t *testing.T) {
	g := NewWithT(t)
	g.Expect(Names()).To(ConsistOf("zones", "one-zone"))
	for _, name := range Names() {
		shape, err := Load(name)
		g.Expect(err).NotTo(HaveOccurred(), name)
		g.Expect(shape.Config.KubeadmConfigPatches).To(ContainElement(And(HavePrefix("kind: KubeletConfiguration\n"), ContainSubstring("maxContainerRestartPeriod"))), name)
	}
}

func TestZonesShape(t *testing.T) {
	g := NewWithT(t)
	shape, err := Load("zones")
	g.Expect(err).NotTo(HaveOccurred())
	zones := map[string]int{}
	for _, n := range shape.Config.Nodes {
		zones[n.Labels["topology.kubernetes.io/zone"]]++
		g.Expect(n.Labels["failure-domain.beta.kubernetes.io/zone"]).To(Equal(n.Labels["topology.kubernetes.io/zone"]))
	}
	g.Expect(zones).To(Equal(map[string]int{"": 1, "zone-a": 2, "zone-b": 1, "zone-c": 1}))
}

func TestBadShapesSayWhatIsWrong(t *testing.T) {
	const head = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n"
	for name, c := range map[string]struct{ file, says string }{
		"no workers":      {head + "nodes: [{role: control-plane}]\n", "nodes: found no node with role worker; accepted: at least one node with role worker"},
		"no zone":         {head + "nodes: [{role: control-plane}, {role: worker}]\n", "nodes[1].labels: found no topology.kubernetes.io/zone"},
		"misspelt key":    {head + "nodez: []\n", `unknown field "nodez"`},
		"unknown role":    {head + "nodes: [{role: boss}]\n", `nodes[0].role: found "boss"; accepted: control-plane, worker`},
		"another version": {"kind: Cluster\napiVersion: kind.sigs.k8s.io/v1alpha3\n", `found "Cluster", "kind.sigs.k8s.io/v1alpha3"`},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			path := filepath.Join(t.TempDir(), "kind.yaml")
			g.Expect(os.WriteFile(path, []byte(c.file), 0o600)).To(Succeed())
			_, err := Load(path)
			g.Expect(err).To(MatchError(ContainSubstring(c.says)))
			var bad interface{ BadInput() bool }
			g.Expect(errors.As(err, &bad)).To(BeTrue())
		})
	}
}

func TestAbsentShapeNamesWhatIsAccepted(t *testing.T) {
	_, err := Load("zonez")
	NewWithT(t).Expect(err).To(MatchError(And(ContainSubstring("--shape"), ContainSubstring("one-zone, zones"))))
}

func TestFitAddsOnlyWhatIsAskedFor(t *testing.T) {
	g := NewWithT(t)
	shape, err := Load("zones")
	g.Expect(err).NotTo(HaveOccurred())

	same, why := shape.Fit(Limits{})
	g.Expect(same).To(Equal(shape))
	g.Expect(why).To(BeEmpty())

	fitted, why := shape.Fit(Limits{NoRaisedLimits: true, CgroupV1: true, NoDefaultCNI: true})
	g.Expect(why).To(HaveLen(4))
	g.Expect(fitted.Config.FeatureGates).To(HaveKeyWithValue("KubeletInUserNamespace", true))
	g.Expect(fitted.Config.Networking.DisableDefaultCNI).To(BeTrue())
	g.Expect(fitted.Config.KubeadmConfigPatches).To(HaveLen(len(shape.Config.KubeadmConfigPatches) + 2))
	g.Expect(shape.Config.FeatureGates).To(BeEmpty(), "the shape itself is unchanged")
}

func TestFitOpensTheGateOfAnOlderKubelet(t *testing.T) {
	for version, patches := range map[string]int{"v1.34.5": 1, "v1.35.0": 0, "v1.37.2": 0} {
		fitted, why := Shape{}.Fit(Limits{Kubernetes: version})
		NewWithT(t).Expect(fitted.Config.KubeadmConfigPatches).To(HaveLen(patches), version)
		NewWithT(t).Expect(why).To(HaveLen(patches), version)
	}
}

func TestFitLeavesTheUsersGateAlone(t *testing.T) {
	shape := Shape{}
	shape.Config.FeatureGates = map[string]bool{"KubeletInUserNamespace": false}
	fitted, _ := shape.Fit(Limits{NoRaisedLimits: true})
	NewWithT(t).Expect(fitted.Config.FeatureGates).To(HaveKeyWithValue("KubeletInUserNamespace", false))
}

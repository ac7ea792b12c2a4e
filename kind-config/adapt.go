package kindconfig

import (
	"maps"

	"golang.org/x/mod/semver"
	"sigs.k8s.io/kind/pkg/apis/config/v1alpha4"
)

// Limits are the properties of a host that a cluster has to be fitted to.
type Limits struct {
	NoRaisedLimits bool   // CAP_SYS_RESOURCE is missing: OOM scores and rlimits cannot be raised
	CgroupV1       bool   // kubelet 1.35 and later refuse to start there by default
	NoDefaultCNI   bool   // the node image carries no CNI configuration of its own
	Kubernetes     string // version of the node image; empty: the newest
}

// Fit returns the shape with what the limits ask for, and a sentence for each thing added. The user's own values
// stand: patches are appended, and a feature gate that the user set is left alone.
func (s Shape) Fit(l Limits) (Shape, []string) {
	cfg := s.Config.DeepCopy()
	var why []string
	patch := func(text, reason string) {
		cfg.KubeadmConfigPatches = append(cfg.KubeadmConfigPatches, text)
		why = append(why, reason)
	}
	if l.NoDefaultCNI {
		cfg.Networking.DisableDefaultCNI = true
		why = append(why, "default CNI off: the node image carries none, ptp with host-local is written to each node instead")
	}
	if semver.IsValid(l.Kubernetes) && semver.Compare(l.Kubernetes, "v1.35.0-alpha") < 0 {
		patch("kind: KubeletConfiguration\nfeatureGates:\n  KubeletCrashLoopBackOffMax: true\n",
			"kubelet KubeletCrashLoopBackOffMax=true: before 1.35 it takes no other time between restarts without")
	}
	if l.CgroupV1 {
		patch("kind: KubeletConfiguration\nfailCgroupV1: false\n", "kubelet failCgroupV1=false: the host's memory controller is on cgroup v1")
	}
	if l.NoRaisedLimits {
		gates := maps.Clone(cfg.FeatureGates)
		if gates == nil {
			gates = map[string]bool{}
		}
		if _, set := gates["KubeletInUserNamespace"]; !set {
			gates["KubeletInUserNamespace"] = true
		}
		cfg.FeatureGates = gates
		patch("kind: KubeProxyConfiguration\noomScoreAdj: 0\nconntrack:\n  maxPerCore: 0\n",
			"kube-proxy and kubelet leave OOM scores and sysctls alone: the host cannot grant CAP_SYS_RESOURCE")
		cfg.ContainerdConfigPatches = append(cfg.ContainerdConfigPatches,
			"[plugins.\"io.containerd.grpc.v1.cri\"]\n  restrict_oom_score_adj = true\n")
		why = append(why, "containerd restrict_oom_score_adj=true: the host cannot lower an OOM score")
	}
	return Shape{Name: s.Name, Config: v1alpha4.Cluster(*cfg)}, why
}

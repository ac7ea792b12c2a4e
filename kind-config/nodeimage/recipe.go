package nodeimage

import "strings"

// The parts of a built node image that no go.mod pins.
const (
	// suite is Debian 12 on purpose: its systemd 252 still runs where the host has cgroup v1.
	suite = "bookworm"
	// repository is the name of the built image; its tag is the Kubernetes version and the hash of the inputs.
	repository = "csicert/node"
	// kubernetesModule decides the version of the cluster.
	kubernetesModule = "k8s.io/kubernetes"
	// newest is the folder below components/ of the newest Kubernetes, and the component in what programs says; those of
	// older minor versions have the version behind a dash.
	newest = "kubernetes"
	// epoch stands for the build date, so that the same inputs give the same binaries.
	epoch = "1970-01-01T00:00:00Z"
)

// packages are what kind's base image installs, and the runtime, file system and NFS tools that storage drivers call.
func packages() []string {
	return strings.Fields(`systemd systemd-sysv conntrack iptables nftables iproute2 ethtool util-linux mount kmod
		libseccomp2 pigz e2fsprogs ca-certificates curl jq procps runc socat nfs-common rsync`)
}

// component is a module of its own below components/, and where its binaries go in the node's file system.
type component struct {
	name   string                  // folder below components/
	module string                  // the module whose version the binaries report
	tags   string                  // build tags
	stamp  func(v string) []string // packages' variables to set: path=value
	rename map[string]string       // binary as the go command names it: its name on the node
	node   map[string]string       // binary: folder on the node; a binary not named stays out of the node's own file system
}

// components of the node image of a minor version of Kubernetes; empty: the newest that is pinned.
func components(minor string) []component {
	kubernetes := newest
	if minor != "" {
		kubernetes += "-" + minor
	}
	const system, local, cni = "/usr/bin", "/usr/local/bin", "/opt/cni/bin"
	return []component{
		{name: "cni", module: "github.com/containernetworking/plugins",
			node: map[string]string{"host-local": cni, "loopback": cni, "ptp": cni, "portmap": cni},
			stamp: func(v string) []string {
				return []string{"github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion=" + v}
			}},
		{name: "etcd", module: "go.etcd.io/etcd/server/v3", rename: map[string]string{"server": "etcd"}},
		{name: "containerd", module: "github.com/containerd/containerd/v2", tags: "no_btrfs",
			node: map[string]string{"containerd": local, "ctr": local, "containerd-shim-runc-v2": local},
			stamp: func(v string) []string {
				return []string{"github.com/containerd/containerd/v2/version.Version=" + v}
			}},
		{name: "coredns", module: "github.com/coredns/coredns"},
		{name: kubernetes, module: kubernetesModule, stamp: stampKubernetes,
			node: map[string]string{"kubeadm": system, "kubelet": system, "kubectl": system}},
	}
}

// stampKubernetes names the variables that Kubernetes' own build sets; kubeadm refuses to work without them.
func stampKubernetes(v string) []string {
	major, rest, _ := strings.Cut(strings.TrimPrefix(v, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	var all []string
	for _, pkg := range []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"} {
		for _, set := range []string{"gitVersion=" + v, "gitMajor=" + major, "gitMinor=" + minor,
			"gitCommit=" + v, "gitTreeState=clean", "buildDate=" + epoch} {
			all = append(all, pkg+"."+set)
		}
	}
	return all
}

// program is what one container image of the control plane runs.
type program struct {
	component string // whose binary
	binary    string
	path      string // where kubeadm's manifests expect it
	network   bool   // needs the packet filter's tools beside it
}

// programs by the last element of the image names that kubeadm asks for.
func programs() map[string]program {
	const local = "/usr/local/bin/"
	all := map[string]program{
		"etcd":    {component: "etcd", binary: "etcd", path: local + "etcd"},
		"coredns": {component: "coredns", binary: "coredns", path: "/coredns"},
		"pause":   {component: "pause", binary: "pause", path: "/pause"},
	}
	for _, name := range []string{"kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"} {
		all[name] = program{component: newest, binary: name, path: local + name, network: name == "kube-proxy"}
	}
	return all
}

// noStorage stands where kind looks for a default storage class: a class nobody asked for would bind the claims under test.
const noStorage = `apiVersion: v1
kind: ConfigMap
metadata:
  name: csicert-default-storage
  namespace: kube-system
data:
  reason: no default storage class is installed, so that no claim binds to a class it did not name
`

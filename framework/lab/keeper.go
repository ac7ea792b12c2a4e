package lab

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"

	"golang.org/x/sync/errgroup"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"
	"k8s.io/utils/ptr"

	"csicert/framework/agent"
	"csicert/framework/catalogue"
)

const (
	diskDir        = "/var/lib/csicert" // on every node's disk: where the directories of local volumes are
	keeperMount    = "/disk"            // the same in a keeper
	inventory      = "/inventory"       // the driver's folders in a keeper, each under its number
	keeperName     = "keeper"
	podSecurity    = "pod-security.kubernetes.io/enforce"
	agentContainer = "agent"
	agentPath      = "/agent"
)

// Prepare puts a keeper on every worker: a pod that makes, reads and removes directories on the node's disk, as an
// administrator of local volumes does. Where the run may disrupt, keepers stand on control planes, too, and may kill
// what runs on their node. It returns once all of them run.
func Prepare(ctx context.Context, cfg Config) error {
	c, err := connect(cfg.Kubeconfig, cfg.Context)
	if err != nil {
		return err
	}
	mine := map[string]string{LabelRun: cfg.Run}
	privileged := map[string]string{LabelRun: cfg.Run, podSecurity: "privileged"} // hostPath
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: cfg.KeeperNS, Labels: privileged}}
	if err := c.objects.Create(ctx, ns); err != nil {
		return fmt.Errorf("creating namespace %s: %w", ns.Name, err)
	}
	if err := c.objects.Create(ctx, keepers(cfg, mine)); err != nil {
		return fmt.Errorf("creating the keepers: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, cfg.Budgets.Start)
	defer cancel()
	both, ctx := errgroup.WithContext(ctx)
	watching, done := context.WithCancel(ctx)
	both.Go(func() error {
		defer done()
		return c.keepersRun(ctx, cfg)
	})
	both.Go(func() error { return c.keeperWithoutImage(watching, cfg) })
	return both.Wait()
}

// keepersRun waits until every keeper does.
func (c clients) keepersRun(ctx context.Context, cfg Config) error {
	sets := cache.NewListWatchFromClient(c.set.AppsV1().RESTClient(), "daemonsets", cfg.KeeperNS, fields.OneTermEqualSelector("metadata.name", keeperName))
	last, err := watchtools.UntilWithSync(ctx, sets, &appsv1.DaemonSet{}, nil, func(e watch.Event) (bool, error) {
		s := e.Object.(*appsv1.DaemonSet).Status
		return s.ObservedGeneration > 0 && s.DesiredNumberScheduled > 0 && s.NumberReady == s.DesiredNumberScheduled, nil
	})
	if err != nil {
		seen := "none was seen"
		if last != nil {
			s := last.Object.(*appsv1.DaemonSet).Status
			seen = fmt.Sprintf("%d of %d were ready", s.NumberReady, s.DesiredNumberScheduled)
		}
		return fmt.Errorf("waiting for the keepers (%s): %w", seen, errors.Join(err, context.Cause(ctx)))
	}
	return nil
}

// noImage is that a node cannot have the workload image: no wait would mend it.
type noImage struct{ image, node, said string }

func (e noImage) Error() string {
	return fmt.Sprintf("--agent-image: found %s, which node %s does not have and cannot pull (%s); accepted: a reference that every node has or can pull (csicert image agent FILE writes the image)", e.image, e.node, e.said)
}

// BadInput tells the command to end with the exit code for bad input.
func (noImage) BadInput() bool { return true }

// keeperWithoutImage watches, until the context ends, for a keeper whose image its node cannot have. Errors: noImage.
func (c clients) keeperWithoutImage(ctx context.Context, cfg Config) error {
	pods := cache.NewListWatchFromClient(c.set.CoreV1().RESTClient(), "pods", cfg.KeeperNS, fields.Everything())
	_, err := watchtools.UntilWithSync(ctx, pods, &corev1.Pod{}, nil, func(e watch.Event) (bool, error) {
		pod := e.Object.(*corev1.Pod)
		for _, c := range pod.Status.ContainerStatuses {
			if w := c.State.Waiting; w != nil && slices.Contains([]string{"InvalidImageName", "ImagePullBackOff"}, w.Reason) {
				return false, noImage{cfg.AgentImage, pod.Spec.NodeName, w.Message}
			}
		}
		return false, nil
	})
	var missing noImage
	if errors.As(err, &missing) {
		return missing
	}
	return nil // who waits for the keepers tells what else there is
}

func keepers(cfg Config, mine map[string]string) *appsv1.DaemonSet {
	selector := map[string]string{LabelRun: cfg.Run, "app": keeperName}
	cfg.PodSecurity = Baseline // what it looks after is root's
	pod := agentPodSpec(cfg)
	pod.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "disk", MountPath: keeperMount}}
	pod.Volumes = []corev1.Volume{{Name: "disk", VolumeSource: corev1.VolumeSource{
		HostPath: &corev1.HostPathVolumeSource{Path: diskDir, Type: ptr.To(corev1.HostPathDirectoryOrCreate)}}}}
	if sees(cfg) {
		armed(&pod)
	}
	for i, folder := range cfg.Driver.Folders() {
		name := fmt.Sprintf("inventory-%d", i)
		pod.Containers[0].VolumeMounts = append(pod.Containers[0].VolumeMounts, corev1.VolumeMount{Name: name, MountPath: inventoryDir(i), ReadOnly: true})
		pod.Volumes = append(pod.Volumes, corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: folder}}})
	}
	return &appsv1.DaemonSet{
		ObjectMeta: metav1.ObjectMeta{Name: keeperName, Namespace: cfg.KeeperNS, Labels: mine},
		Spec: appsv1.DaemonSetSpec{
			Selector: &metav1.LabelSelector{MatchLabels: selector},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: selector}, Spec: pod},
		},
	}
}

func inventoryDir(i int) string { return fmt.Sprintf("%s/%d", inventory, i) }

// inventoryDirs are the driver's folders in a keeper, in the definition's order.
func inventoryDirs(cfg Config) []string {
	var dirs []string
	for i := range cfg.Driver.Folders() {
		dirs = append(dirs, inventoryDir(i))
	}
	return dirs
}

// sees tells whether keepers see the processes of their nodes.
func sees(cfg Config) bool { return slices.Contains(cfg.Capabilities, catalogue.Disruption) }

// armed lets a keeper see and kill the processes of its node, and be where the controllers of drivers may be.
func armed(pod *corev1.PodSpec) {
	pod.HostPID = true
	pod.Containers[0].SecurityContext = &corev1.SecurityContext{Privileged: ptr.To(true)} // AppArmor keeps the signals of others from other containers
	for _, key := range []string{"node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"} {
		pod.Tolerations = append(pod.Tolerations, corev1.Toleration{Key: key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule})
	}
}

// Clear undoes Prepare: the run's directories on the nodes, the keepers and their namespace. Every step is tried
// even when an earlier one failed.
func Clear(ctx context.Context, cfg Config) error {
	c, err := connect(cfg.Kubeconfig, cfg.Context)
	if err != nil {
		return err
	}
	disks, err := c.keepersByNode(ctx, cfg)
	errs := []error{err}
	for _, pod := range disks {
		errs = append(errs, c.run(ctx, cfg.KeeperNS, pod, agent.Rmtree{Under: keeperMount, Name: cfg.Run}.Args(), nil))
	}
	err = c.set.CoreV1().Namespaces().Delete(ctx, cfg.KeeperNS, metav1.DeleteOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		errs = append(errs, fmt.Errorf("deleting namespace %s: %w", cfg.KeeperNS, err))
	}
	errs = append(errs, c.goneNamespaces(ctx, cfg))
	return errors.Join(errs...)
}

// goneNamespaces waits until no namespace of the run is left.
func (c clients) goneNamespaces(ctx context.Context, cfg Config) error {
	ctx, cancel := context.WithTimeout(ctx, cfg.Budgets.Undo)
	defer cancel()
	lw := cache.NewFilteredListWatchFromClient(c.set.CoreV1().RESTClient(), "namespaces", "", func(o *metav1.ListOptions) {
		o.LabelSelector = labels.Set{LabelRun: cfg.Run}.String()
	})
	_, err := watchtools.UntilWithSync(ctx, lw, &corev1.Namespace{},
		func(s cache.Store) (bool, error) { return len(s.List()) == 0, nil },
		func(watch.Event) (bool, error) {
			left, err := c.set.CoreV1().Namespaces().List(ctx, metav1.ListOptions{LabelSelector: labels.Set{LabelRun: cfg.Run}.String()})
			return err == nil && len(left.Items) == 0, err
		})
	if err != nil {
		return fmt.Errorf("waiting for the run's namespaces to be gone: %w", err)
	}
	return nil
}

// keepersByNode finds the keeper of every node that one ever ran on.
func (c clients) keepersByNode(ctx context.Context, cfg Config) (map[string]string, error) {
	list, err := c.set.CoreV1().Pods(cfg.KeeperNS).List(ctx, metav1.ListOptions{LabelSelector: "app=" + keeperName})
	if err != nil {
		return nil, fmt.Errorf("listing the keepers: %w", err)
	}
	found := map[string]string{}
	for _, p := range list.Items {
		if !neverStarted(p) { // it made nothing, and answers nothing
			found[p.Spec.NodeName] = p.Name
		}
	}
	return found, nil
}

// neverStarted tells of a pod whose image its node cannot have, say, that no container of it has run.
func neverStarted(p corev1.Pod) bool {
	return !slices.ContainsFunc(p.Status.ContainerStatuses, func(s corev1.ContainerStatus) bool {
		return s.State.Waiting == nil || s.RestartCount > 0 || s.LastTerminationState.Terminated != nil
	})
}

// onDisk is the path of a directory of the run on a node's disk, and the same below a keeper's mount.
func (c Config) onDisk(elements ...string) (node, keeper string) {
	rest := path.Join(append([]string{c.Run}, elements...)...)
	return path.Join(diskDir, rest), rest
}

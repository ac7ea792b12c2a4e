// Package job puts a run into the cluster that it judges: the objects of a Job with least rights, a plugin for Sonobuoy, and
// the results' way out of the pod.
package job

import (
	"bytes"
	"fmt"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"
)

const (
	name           = "csicert"
	program        = "/csicert"      // in the harness's image
	work           = "/tmp"          // the only place where the pod writes
	definitionDir  = "/definition"   // where the definition is mounted
	definitionFile = "driver.yaml"   // its name there
	user           = int64(65532)    // nobody in particular
	grace          = 5 * time.Minute // to take away what the run made when its pod is told to end
)

// Results is where the run leaves them in its pod.
const Results = work + "/results.tar.gz"

// Options say what runs where.
type Options struct {
	Namespace  string // of the Job; made with it
	Image      string // of the harness, which csicert image harness wrote
	Agent      string // of the workloads
	Definition []byte // of the driver; none: only Kubernetes is judged
	Disruption bool   // nodes may be cordoned, the driver's processes killed
	Hold       time.Duration
	Flags      []string // more of e2e's
}

// arguments of csicert in the pod.
func (o Options) arguments(definition string, more ...string) []string {
	all := []string{"job", "run", "--state-dir", work + "/csicert", "--out", work + "/out", "--agent-image", o.Agent, "--progress", "plain"}
	if len(o.Definition) > 0 {
		all = append(all, "--driver", definition)
	}
	if o.Disruption {
		all = append(all, "--allow-disruption")
	}
	return append(append(all, more...), o.Flags...)
}

// Manifests are the objects of the Job, in the order in which they are applied.
func (o Options) Manifests() ([]byte, error) {
	labels := map[string]string{"app.kubernetes.io/name": name}
	in := metav1.ObjectMeta{Name: name, Namespace: o.Namespace, Labels: labels}
	wide := metav1.ObjectMeta{Name: name, Labels: labels}
	objects := []runtime.Object{
		&corev1.Namespace{TypeMeta: kind("v1", "Namespace"), ObjectMeta: metav1.ObjectMeta{Name: o.Namespace,
			Labels: map[string]string{"app.kubernetes.io/name": name, "pod-security.kubernetes.io/enforce": "restricted"}}},
		&corev1.ServiceAccount{TypeMeta: kind("v1", "ServiceAccount"), ObjectMeta: in},
		&rbacv1.ClusterRole{TypeMeta: kind("rbac.authorization.k8s.io/v1", "ClusterRole"), ObjectMeta: wide, Rules: Rules(o.Disruption)},
		&rbacv1.ClusterRoleBinding{TypeMeta: kind("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"), ObjectMeta: wide,
			RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name},
			Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: name, Namespace: o.Namespace}}},
	}
	if len(o.Definition) > 0 {
		objects = append(objects, &corev1.ConfigMap{TypeMeta: kind("v1", "ConfigMap"), ObjectMeta: in, Data: map[string]string{definitionFile: string(o.Definition)}})
	}
	objects = append(objects, &batchv1.Job{TypeMeta: kind("batch/v1", "Job"), ObjectMeta: in, Spec: batchv1.JobSpec{
		BackoffLimit: ptr.To[int32](0), // a verdict is not tried again
		Template:     corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: o.pod()},
	}})
	var all bytes.Buffer
	for _, object := range objects {
		text, err := yaml.Marshal(object)
		if err != nil {
			return nil, fmt.Errorf("writing the Job's manifests: %w", err)
		}
		all.WriteString("---\n")
		all.Write(text)
	}
	return all.Bytes(), nil
}

func kind(version, kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: version, Kind: kind}
}

// pod fits the restricted level of Pod Security.
func (o Options) pod() corev1.PodSpec {
	pod := corev1.PodSpec{
		ServiceAccountName: name, RestartPolicy: corev1.RestartPolicyNever,
		TerminationGracePeriodSeconds: ptr.To(int64(grace.Seconds())),
		NodeSelector:                  map[string]string{corev1.LabelOSStable: string(corev1.Linux)},
		SecurityContext: &corev1.PodSecurityContext{RunAsNonRoot: ptr.To(true), RunAsUser: ptr.To(user), RunAsGroup: ptr.To(user),
			SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}},
		Containers: []corev1.Container{{
			Name: name, Image: o.Image, ImagePullPolicy: corev1.PullIfNotPresent, Command: []string{program},
			Args: o.arguments(definitionDir+"/"+definitionFile, "--results", Results, "--hold", o.Hold.String()),
			SecurityContext: &corev1.SecurityContext{AllowPrivilegeEscalation: ptr.To(false), ReadOnlyRootFilesystem: ptr.To(true),
				Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}},
			VolumeMounts: []corev1.VolumeMount{{Name: "work", MountPath: work}},
		}},
		Volumes: []corev1.Volume{{Name: "work", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
	}
	if len(o.Definition) > 0 {
		pod.Containers[0].VolumeMounts = append(pod.Containers[0].VolumeMounts, corev1.VolumeMount{Name: "definition", MountPath: definitionDir, ReadOnly: true})
		pod.Volumes = append(pod.Volumes, corev1.Volume{Name: "definition", VolumeSource: corev1.VolumeSource{
			ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: name}}}})
	}
	return pod
}

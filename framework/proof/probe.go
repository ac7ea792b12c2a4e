package proof

import (
	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"

	"csicert/framework/lab"
)

// probeSpec is the label by which a mutant that derives names from the spec finds one on a probe.
const probeSpec = "fence-001"

// probes are objects of a resource that between them have everything that a mutant of it changes. They are only
// ever created as a dry run. Host and zone are those of a node, for mutants that know the cluster's nodes.
func probes(kind, namespace string, n lab.Node) []runtime.Object {
	meta := metav1.ObjectMeta{Name: "fence", Labels: map[string]string{lab.LabelSpec: probeSpec, "disk": "fast"}}
	inNamespace := meta
	inNamespace.Namespace = namespace
	switch kind {
	case "storageclasses":
		class := func(mode storagev1.VolumeBindingMode) *storagev1.StorageClass {
			return &storagev1.StorageClass{TypeMeta: metav1.TypeMeta{APIVersion: "storage.k8s.io/v1", Kind: "StorageClass"}, ObjectMeta: meta,
				Provisioner: "kubernetes.io/no-provisioner", VolumeBindingMode: ptr.To(mode)}
		}
		here := func(key, value string) corev1.TopologySelectorTerm {
			return corev1.TopologySelectorTerm{MatchLabelExpressions: []corev1.TopologySelectorLabelRequirement{
				{Key: key, Values: []string{value}}, {Key: "fence", Values: []string{"here"}}}}
		}
		restricted := class(storagev1.VolumeBindingImmediate)
		restricted.AllowedTopologies = []corev1.TopologySelectorTerm{here(corev1.LabelHostname, n.Host), here(corev1.LabelTopologyZone, n.Zone)}
		return []runtime.Object{class(storagev1.VolumeBindingImmediate), class(storagev1.VolumeBindingWaitForFirstConsumer), restricted}
	case "persistentvolumes":
		return []runtime.Object{&corev1.PersistentVolume{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolume"}, ObjectMeta: meta,
			Spec: probeVolume(namespace, n)}}
	case "persistentvolumeclaims":
		claim := func(class string) *corev1.PersistentVolumeClaim {
			return &corev1.PersistentVolumeClaim{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"}, ObjectMeta: inNamespace,
				Spec: corev1.PersistentVolumeClaimSpec{
					AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}, StorageClassName: ptr.To(class), VolumeName: "fence",
					Selector:  &metav1.LabelSelector{MatchLabels: map[string]string{"disk": "fast"}},
					Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}}}}
		}
		copied := claim("")
		copied.Finalizers = []string{"snapshot.storage.kubernetes.io/pvc-as-source-protection"}
		copied.Spec.VolumeName, copied.Spec.Selector = "", nil
		copied.Spec.AccessModes = []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOncePod}
		copied.Spec.Resources.Requests[corev1.ResourceStorage] = resource.MustParse("1Mi")
		copied.Spec.DataSource = &corev1.TypedLocalObjectReference{Kind: "PersistentVolumeClaim", Name: "fence"}
		return []runtime.Object{claim(namespace + "-" + probeSpec + "-class-1"), claim(""), copied}
	case "volumesnapshots":
		return []runtime.Object{&snapshotv1.VolumeSnapshot{TypeMeta: metav1.TypeMeta{APIVersion: "snapshot.storage.k8s.io/v1", Kind: "VolumeSnapshot"}, ObjectMeta: inNamespace,
			Spec: snapshotv1.VolumeSnapshotSpec{VolumeSnapshotClassName: ptr.To("fence"), Source: snapshotv1.VolumeSnapshotSource{PersistentVolumeClaimName: ptr.To("fence")}}}}
	case "volumesnapshotclasses":
		return []runtime.Object{&snapshotv1.VolumeSnapshotClass{TypeMeta: metav1.TypeMeta{APIVersion: "snapshot.storage.k8s.io/v1", Kind: "VolumeSnapshotClass"}, ObjectMeta: meta,
			Driver: "fence", DeletionPolicy: snapshotv1.VolumeSnapshotContentRetain}}
	case "pods":
		return []runtime.Object{&corev1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, ObjectMeta: inNamespace, Spec: probePod(n)}}
	}
	return nil
}

func probeVolume(namespace string, n lab.Node) corev1.PersistentVolumeSpec {
	return corev1.PersistentVolumeSpec{
		Capacity:                      corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")},
		AccessModes:                   []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
		PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimRetain,
		StorageClassName:              "fence",
		VolumeMode:                    ptr.To(corev1.PersistentVolumeBlock),
		ClaimRef:                      &corev1.ObjectReference{Kind: "PersistentVolumeClaim", APIVersion: "v1", Namespace: namespace, Name: "fence", UID: "00000000-0000-4000-8000-000000000000"},
		NodeAffinity: &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
			MatchExpressions: []corev1.NodeSelectorRequirement{
				{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{n.Host}},
				{Key: corev1.LabelTopologyZone, Operator: corev1.NodeSelectorOpIn, Values: []string{n.Zone}}}}}}},
		PersistentVolumeSource: corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: "/var/lib/csicert/fence/volume"}},
	}
}

func probePod(n lab.Node) corev1.PodSpec {
	near := []corev1.PodAffinityTerm{{LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "fence"}}, TopologyKey: corev1.LabelHostname}}
	apart := []corev1.PodAffinityTerm{{LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "other"}}, TopologyKey: corev1.LabelHostname}}
	return corev1.PodSpec{
		NodeSelector:    map[string]string{corev1.LabelHostname: n.Host},
		SecurityContext: &corev1.PodSecurityContext{FSGroup: ptr.To[int64](1)},
		Affinity: &corev1.Affinity{
			NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
				MatchExpressions: []corev1.NodeSelectorRequirement{{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{n.Host}}}}}}},
			PodAffinity:     &corev1.PodAffinity{RequiredDuringSchedulingIgnoredDuringExecution: near},
			PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: apart}},
		AutomountServiceAccountToken: ptr.To(false),
		Containers: []corev1.Container{{Name: "agent", Image: "fence", VolumeMounts: []corev1.VolumeMount{
			{Name: "data", MountPath: "/data", SubPath: "fence", ReadOnly: true}}}},
		Volumes: []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "fence", ReadOnly: true}}}},
	}
}

package cluster

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// nodesRead is the role of its own clusters' nodes.
const nodesRead = "csicert:nodes-read"

// letNodesRead spares pods waits of 10 to 15 seconds. The node authorizer lets a kubelet read its pods and their claims
// once it has seen the pod's binding itself; on a busy machine the kubelet is there first, is refused, and asks again
// when it next looks after the pod or its status. In a cluster that lives for one run nothing is lost by letting nodes
// read every pod, claim and volume.
func letNodesRead(ctx context.Context, set kubernetes.Interface) error {
	role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: nodesRead}, Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{corev1.GroupName}, Resources: []string{"pods", "persistentvolumeclaims", "persistentvolumes"}, Verbs: []string{"get"}}}}
	if _, err := set.RbacV1().ClusterRoles().Create(ctx, role, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("creating cluster role %s: %w", nodesRead, err)
	}
	binding := &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: nodesRead},
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: nodesRead},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "system:nodes"}}}
	if _, err := set.RbacV1().ClusterRoleBindings().Create(ctx, binding, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("creating cluster role binding %s: %w", nodesRead, err)
	}
	return nil
}

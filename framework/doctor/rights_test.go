package doctor

import (
	"errors"
	"testing"

	. "github.com/onsi/gomega"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"csicert/framework/catalogue"
)

func TestEveryRightIsAskedFor(t *testing.T) {
	g := NewWithT(t)
	set := fake.NewClientset()
	set.PrependReactor("create", "selfsubjectaccessreviews", func(a clienttesting.Action) (bool, runtime.Object, error) {
		review := a.(clienttesting.CreateAction).GetObject().(*authorizationv1.SelfSubjectAccessReview).DeepCopy()
		review.Status.Allowed = review.Spec.ResourceAttributes.Verb == "list"
		return true, review, nil
	})
	denied, err := Denied(t.Context(), set, []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"pods", "pods/exec"}, Verbs: []string{"list", "create"}},
		{APIGroups: []string{snapshotGroup}, Resources: []string{"volumesnapshots"}, Verbs: []string{"delete"}},
	})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(denied).To(Equal([]string{"create pods", "create pods/exec", "delete volumesnapshots.snapshot.storage.k8s.io"}))

	set.PrependReactor("create", "selfsubjectaccessreviews", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("not today")
	})
	_, err = Denied(t.Context(), set, []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"list"}}})
	g.Expect(err).To(MatchError(ContainSubstring("asking for the rights")))
}

func TestRightsToSnapshotsAreForThoseWhoClaimThem(t *testing.T) {
	g := NewWithT(t)
	s, d := fit()
	s.Denied = []string{"delete volumesnapshots." + snapshotGroup}
	g.Expect(Examine(s, d, requirements())).To(HaveLen(1))
	d.Capabilities = []catalogue.Capability{catalogue.Expansion}
	g.Expect(Examine(s, d, requirements())).To(BeEmpty())
}

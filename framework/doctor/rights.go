package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// besideEachOther bounds the questions that are asked at one time.
const besideEachOther = 8

// Denied asks the cluster which of these rights whoever asks does not have, in all namespaces: each as in "create pods/exec".
func Denied(ctx context.Context, set kubernetes.Interface, rules []rbacv1.PolicyRule) ([]string, error) {
	var mu sync.Mutex
	var denied []string
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(besideEachOther)
	for _, right := range rights(rules) {
		group.Go(func() error {
			answer, err := set.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx,
				&authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &right}}, metav1.CreateOptions{})
			if err != nil {
				return fmt.Errorf("asking for the rights that the run needs: %w", err)
			}
			if !answer.Status.Allowed {
				mu.Lock()
				defer mu.Unlock()
				denied = append(denied, words(right))
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	slices.Sort(denied)
	return denied, nil
}

func rights(rules []rbacv1.PolicyRule) []authorizationv1.ResourceAttributes {
	var all []authorizationv1.ResourceAttributes
	for _, r := range rules {
		for _, resource := range r.Resources {
			name, part, _ := strings.Cut(resource, "/")
			for _, verb := range r.Verbs {
				all = append(all, authorizationv1.ResourceAttributes{Group: r.APIGroups[0], Resource: name, Subresource: part, Verb: verb})
			}
		}
	}
	return all
}

func words(r authorizationv1.ResourceAttributes) string {
	text := r.Verb + " " + r.Resource
	if r.Subresource != "" {
		text += "/" + r.Subresource
	}
	if r.Group != "" {
		text += "." + r.Group
	}
	return text
}

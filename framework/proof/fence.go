package proof

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	"csicert/driver/mutant"
	"csicert/framework/catalogue"
	"csicert/framework/lab"
)

// armBudget is the longest time from a policy's creation to its being in force; API servers look every second.
const armBudget = 30 * time.Second

// inARow is how often the probe must be changed before the mutant counts as armed: there may be several API
// servers behind one address, each with a watch of its own.
const inARow = 3

// errNotArmed is that a mutant's policy changes nothing: what runs under it would prove nothing.
var errNotArmed = errors.New("its policy did not come into force")

// cluster is where mutants are armed.
type cluster struct {
	set       kubernetes.Interface
	objects   dynamic.Interface
	namespace string // for probes; it exists
	run       string
	places    mutant.Places
	node      lab.Node // a node that has another one in places
}

// arm puts a mutant in force and returns how to take it back, which is to be called even after an error.
func (c cluster) arm(ctx context.Context, name string) (disarm func(context.Context) error, err error) {
	disarm = func(context.Context) error { return nil }
	if (catalogue.Mutant{Name: name}).Nth() > 0 {
		return disarm, nil // the spec's own bench does it
	}
	kind, err := mutant.KindOf(name)
	if err != nil {
		return disarm, err
	}
	if kind == mutant.KindActor {
		actor, err := mutant.Act(ctx, c.set, name)
		if err != nil {
			return disarm, err
		}
		return func(context.Context) error { return actor.Stop() }, nil
	}
	if kind == mutant.KindDriver {
		return disarm, nil // the driver that is deployed has every fault; the pass's classes ask for this one
	}
	m, err := mutant.Objects(name, c.places)
	if err != nil {
		return disarm, err
	}
	api := c.set.AdmissionregistrationV1()
	m.Policy.Labels, m.Binding.Labels = map[string]string{lab.LabelRun: c.run}, map[string]string{lab.LabelRun: c.run}
	if _, err := api.MutatingAdmissionPolicies().Create(ctx, m.Policy, metav1.CreateOptions{}); err != nil {
		if apierrors.IsAlreadyExists(err) {
			return disarm, fmt.Errorf("the policy of mutant %s is there already: another proof is running in this cluster, or one was killed", name)
		}
		return disarm, fmt.Errorf("creating the policy of mutant %s: %w", name, err)
	}
	disarm = func(ctx context.Context) error {
		return errors.Join(
			ignoreGone(api.MutatingAdmissionPolicyBindings().Delete(ctx, name, metav1.DeleteOptions{})),
			ignoreGone(api.MutatingAdmissionPolicies().Delete(ctx, name, metav1.DeleteOptions{})))
	}
	if _, err := api.MutatingAdmissionPolicyBindings().Create(ctx, m.Binding, metav1.CreateOptions{}); err != nil {
		return disarm, fmt.Errorf("creating the binding of mutant %s: %w", name, err)
	}
	rule := m.Policy.Spec.MatchConstraints.ResourceRules[0]
	resource := schema.GroupVersionResource{Group: rule.APIGroups[0], Version: rule.APIVersions[0], Resource: rule.Resources[0]}
	return disarm, c.fence(ctx, name, resource)
}

func ignoreGone(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// fence waits until the API server changes a probe of the mutant. Admission has nothing to watch: that a policy is
// in force shows only in what it does.
func (c cluster) fence(ctx context.Context, name string, resource schema.GroupVersionResource) error {
	ctx, cancel := context.WithTimeout(ctx, armBudget)
	defer cancel()
	changed, said := 0, error(nil)
	backoff := wait.Backoff{Duration: 50 * time.Millisecond, Factor: 1.4, Steps: 100, Cap: time.Second}
	err := backoff.DelayFunc().Until(ctx, true, true, func(ctx context.Context) (bool, error) {
		for ; changed < inARow; changed++ {
			yes, err := c.changes(ctx, name, resource)
			if !yes {
				changed, said = 0, err
				return false, nil
			}
		}
		return true, nil
	})
	if err != nil {
		return fmt.Errorf("%w within %s: %w", errNotArmed, armBudget, errors.Join(err, said))
	}
	return nil
}

// changes creates the probes of the resource as a dry run, with the mutant's label and without, and tells whether
// what the API server makes of one of them differs.
func (c cluster) changes(ctx context.Context, name string, resource schema.GroupVersionResource) (bool, error) {
	for _, probe := range probes(resource.Resource, c.namespace, c.node) {
		honest, err := c.dryRun(ctx, resource, probe, "")
		if err != nil {
			return false, err
		}
		under, err := c.dryRun(ctx, resource, probe, name)
		if err != nil {
			return false, err
		}
		if !equality.Semantic.DeepEqual(honest, under) {
			return true, nil
		}
	}
	return false, nil
}

// dryRun returns what the API server would store of the probe, without what differs between any two objects.
func (c cluster) dryRun(ctx context.Context, resource schema.GroupVersionResource, probe runtime.Object, label string) (map[string]any, error) {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(probe)
	if err != nil {
		return nil, fmt.Errorf("preparing the probe of %s: %w", resource.Resource, err)
	}
	sent := &unstructured.Unstructured{Object: content}
	if label != "" {
		labels := sent.GetLabels()
		labels[mutant.Label] = label
		sent.SetLabels(labels)
	}
	stored, err := c.objects.Resource(resource).Namespace(sent.GetNamespace()).Create(ctx, sent, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if err != nil {
		return nil, fmt.Errorf("dry run of a %s: %w", strings.TrimSuffix(resource.Resource, "s"), err)
	}
	labels := stored.GetLabels()
	delete(labels, mutant.Label)
	kept := stored.Object
	kept["metadata"] = map[string]any{"labels": labels, "finalizers": stored.GetFinalizers()}
	return kept, nil
}

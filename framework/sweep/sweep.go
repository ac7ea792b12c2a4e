// Package sweep exists because a run can be killed before it undoes what it made: it finds by label what any run left on
// a cluster, and removes it in an order that lets finalizers go. It never touches what has no label of a run.
package sweep

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/util/retry"
)

// Quiet is how long a run must have created nothing to count as ended: a running one creates all the time.
const Quiet = 10 * time.Minute

// Options say what to sweep, and where.
type Options struct {
	Client dynamic.Interface
	Label  string                                      // on everything that a run made; its value is the run's ID
	Run    string                                      // only this run, alive or not; empty: every run
	Holder string                                      // finalizer of the runs' own, which nobody takes off any more
	DryRun bool                                        // only list
	Within time.Duration                               // for each step
	Now    time.Time                                   // against which a run is alive or not
	Keeper func(run string) string                     // a run's namespace that Disks needs, and removes
	Disks  func(ctx context.Context, run string) error // clears what the run has on the nodes; the run's other objects are gone
}

// Report is what came of it, each object as kind namespace/name.
type Report struct{ Removed, Left []string }

// AliveError is that runs may still be going on.
type AliveError struct{ Runs []string }

func (e AliveError) Error() string {
	return fmt.Sprintf("--run: found none, and objects younger than %s of %s, which may still be going on; accepted: --run with the ID of a run that has ended, or wait", Quiet, strings.Join(e.Runs, ", "))
}

// BadInput tells the command to end with the exit code for bad input.
func (AliveError) BadInput() bool { return true }

// found is an object of a run.
type found struct {
	kind            schema.GroupVersionResource
	namespace, name string
	run             string
	made            time.Time
}

func (f found) String() string {
	if f.namespace == "" {
		return f.kind.Resource + " " + f.name
	}
	return f.kind.Resource + " " + f.namespace + "/" + f.name
}

// Sweep removes what runs left. Every step is tried even when an earlier one failed; an error beside the report says why
// something could not be removed.
func Sweep(ctx context.Context, o Options) (Report, error) {
	spaces, err := o.list(ctx, core("namespaces"))
	if err != nil {
		return Report{}, err
	}
	all := slices.Clone(spaces)
	for _, s := range steps() {
		for _, kind := range s {
			more, err := o.list(ctx, kind)
			if err != nil {
				return Report{}, err
			}
			all = append(all, more...)
		}
	}
	if alive := o.alive(all); len(alive) > 0 && o.Run == "" && !o.DryRun {
		return Report{}, AliveError{alive}
	}
	var r Report
	if o.DryRun {
		for _, f := range all {
			r.Left = append(r.Left, f.String())
		}
		return r, nil
	}
	var errs []error
	for _, s := range append(steps(), step{core("namespaces")}) {
		errs = append(errs, o.remove(ctx, s, &r))
	}
	for _, run := range runs(all) {
		if err := o.Disks(ctx, run); err != nil {
			errs = append(errs, fmt.Errorf("clearing the nodes of run %s: %w", run, err))
		}
	}
	for _, f := range spaces {
		if !o.keeps(f) {
			continue
		}
		if _, err := o.Client.Resource(f.kind).Get(ctx, f.name, metav1.GetOptions{}); apierrors.IsNotFound(err) {
			r.Removed = append(r.Removed, f.String())
		} else {
			r.Left = append(r.Left, f.String())
		}
	}
	return r, errors.Join(errs...)
}

// remove deletes a step's objects and waits until they are gone.
func (o Options) remove(ctx context.Context, s step, r *Report) error {
	ctx, cancel := context.WithTimeout(ctx, o.Within)
	defer cancel()
	var errs []error
	for _, kind := range s {
		there, err := o.list(ctx, kind)
		errs = append(errs, err)
		there = slices.DeleteFunc(there, o.keeps)
		for _, f := range there {
			errs = append(errs, o.release(ctx, f))
			err := o.Client.Resource(kind).Namespace(f.namespace).Delete(ctx, f.name, metav1.DeleteOptions{})
			if err != nil && !apierrors.IsNotFound(err) {
				errs = append(errs, fmt.Errorf("deleting %s: %w", f, err))
			}
		}
		left, err := o.await(ctx, kind)
		errs = append(errs, err)
		for _, f := range there {
			if slices.ContainsFunc(left, func(l found) bool { return l.namespace == f.namespace && l.name == f.name }) {
				r.Left = append(r.Left, f.String())
			} else {
				r.Removed = append(r.Removed, f.String())
			}
		}
	}
	return errors.Join(errs...)
}

// release takes the runs' own finalizer off an object, and leaves those of others, which come and go meanwhile.
func (o Options) release(ctx context.Context, f found) error {
	there := o.Client.Resource(f.kind).Namespace(f.namespace)
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		object, err := there.Get(ctx, f.name, metav1.GetOptions{})
		if err != nil || !slices.Contains(object.GetFinalizers(), o.Holder) {
			return err
		}
		others := slices.DeleteFunc(object.GetFinalizers(), func(name string) bool { return name == o.Holder })
		patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"finalizers": others, "resourceVersion": object.GetResourceVersion()}})
		if err == nil {
			_, err = there.Patch(ctx, f.name, types.MergePatchType, patch, metav1.PatchOptions{})
		}
		return err
	})
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("taking the finalizer off %s: %w", f, err)
	}
	return nil
}

// await returns what is still there when nothing is, or when the time is over.
func (o Options) await(ctx context.Context, kind schema.GroupVersionResource) ([]found, error) {
	for {
		left, version, err := o.listed(context.WithoutCancel(ctx), kind)
		left = slices.DeleteFunc(left, o.keeps)
		if err != nil || len(left) == 0 || ctx.Err() != nil {
			return left, err
		}
		w, err := o.Client.Resource(kind).Watch(ctx, metav1.ListOptions{LabelSelector: o.selector(), ResourceVersion: version})
		if err != nil {
			return left, fmt.Errorf("watching %s: %w", kind.Resource, err)
		}
		select {
		case <-w.ResultChan(): // something changed since the list
		case <-ctx.Done():
		}
		w.Stop()
	}
}

// keeps tells whether the object belongs to what Disks needs.
func (o Options) keeps(f found) bool {
	keeper := o.Keeper(f.run)
	return f.namespace == keeper || f.namespace == "" && f.kind.Resource == "namespaces" && f.name == keeper
}

func (o Options) selector() string {
	if o.Run != "" {
		return o.Label + "=" + o.Run
	}
	return o.Label
}

// list finds the objects with the label. A kind that the cluster does not have has none.
func (o Options) list(ctx context.Context, kind schema.GroupVersionResource) ([]found, error) {
	all, _, err := o.listed(ctx, kind)
	return all, err
}

// listed is list, with the version to watch from.
func (o Options) listed(ctx context.Context, kind schema.GroupVersionResource) (all []found, version string, err error) {
	list, err := o.Client.Resource(kind).List(ctx, metav1.ListOptions{LabelSelector: o.selector()})
	if apierrors.IsNotFound(err) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", fmt.Errorf("listing %s: %w", kind.Resource, err)
	}
	for _, i := range list.Items {
		all = append(all, o.seen(kind, i))
	}
	return all, list.GetResourceVersion(), nil
}

func (o Options) seen(kind schema.GroupVersionResource, i unstructured.Unstructured) found {
	return found{kind: kind, namespace: i.GetNamespace(), name: i.GetName(), run: i.GetLabels()[o.Label], made: i.GetCreationTimestamp().Time}
}

// alive are the runs that created something lately.
func (o Options) alive(all []found) []string {
	return runs(slices.DeleteFunc(slices.Clone(all), func(f found) bool { return o.Now.Sub(f.made) >= Quiet }))
}

func runs(all []found) []string {
	var ids []string
	for _, f := range all {
		ids = append(ids, f.run)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Package install puts a driver's manifests on a cluster, waits until what they describe works, and takes them away.
package install

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"sigs.k8s.io/yaml"
)

// owner is the field manager of what is applied.
const owner = "csicert"

// Installer applies to one cluster. It remembers what it created.
type Installer struct {
	set     kubernetes.Interface
	objects dynamic.Interface
	mapper  *restmapper.DeferredDiscoveryRESTMapper
	within  time.Duration // for anything to come up
	adopt   bool
	applied []applied
}

type applied struct {
	resource dynamic.ResourceInterface
	object   *unstructured.Unstructured
	created  bool
}

// Options of an installer.
type Options struct {
	Config *rest.Config
	Within time.Duration // for each thing to come up
	// Adopt lets Apply change objects that are there. Else they are refused: the run did not make them.
	Adopt bool
}

// New makes an installer.
func New(o Options) (*Installer, error) {
	set, err := kubernetes.NewForConfig(o.Config)
	if err != nil {
		return nil, fmt.Errorf("making a client: %w", err)
	}
	objects, err := dynamic.NewForConfig(o.Config)
	if err != nil {
		return nil, fmt.Errorf("making a client of any object: %w", err)
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(set.Discovery()))
	return &Installer{set: set, objects: objects, mapper: mapper, within: o.Within, adopt: o.Adopt}, nil
}

// Invalid is a manifest that its author has to mend.
type Invalid struct{ Field, Found, Accepted string }

// Error implements error.
func (e Invalid) Error() string {
	return fmt.Sprintf("manifests: %s: found %s; accepted: %s", e.Field, e.Found, e.Accepted)
}

// BadInput tells the command to end with the exit code for bad input.
func (Invalid) BadInput() bool { return true }

// Apply applies the objects of a YAML stream in their order, each custom resource definition until it is served.
// Errors: Invalid for a document that is no object, or one that is there and may not be adopted.
func (i *Installer) Apply(ctx context.Context, name string, stream []byte) error {
	objects, err := decode(name, stream)
	if err != nil {
		return err
	}
	for _, o := range objects {
		if err := i.apply(ctx, o); err != nil {
			return fmt.Errorf("applying %s %s of %s: %w", o.GetKind(), o.GetName(), name, err)
		}
	}
	return nil
}

func decode(name string, stream []byte) ([]*unstructured.Unstructured, error) {
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(stream)))
	var objects []*unstructured.Unstructured
	for n := 1; ; n++ {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		var content map[string]any
		if err := yaml.UnmarshalStrict(document, &content); err != nil {
			return nil, Invalid{fmt.Sprintf("document %d of %s", n, name), err.Error(), "a Kubernetes object in YAML"}
		}
		if len(content) == 0 {
			continue
		}
		o := &unstructured.Unstructured{Object: content}
		if o.GetAPIVersion() == "" || o.GetKind() == "" || o.GetName() == "" {
			return nil, Invalid{fmt.Sprintf("document %d of %s", n, name), "no apiVersion, kind or name", "a Kubernetes object with all three"}
		}
		objects = append(objects, o)
	}
}

func (i *Installer) apply(ctx context.Context, o *unstructured.Unstructured) error {
	resource, err := i.resource(o)
	if err != nil {
		return err
	}
	_, err = resource.Get(ctx, o.GetName(), metav1.GetOptions{})
	there := err == nil
	if err != nil && !apierrors.IsNotFound(err) {
		return err
	}
	if there && !i.adopt {
		return Invalid{"install", o.GetKind() + " " + o.GetName() + ", which is in the cluster already", "manifests of what is not there, or no install where the driver is installed"}
	}
	if _, err := resource.Apply(ctx, o.GetName(), o, metav1.ApplyOptions{FieldManager: owner, Force: true}); err != nil {
		return err
	}
	i.applied = append(i.applied, applied{resource: resource, object: o, created: !there})
	if o.GetKind() == "CustomResourceDefinition" {
		return i.awaitServed(ctx, o.GetName())
	}
	return nil
}

func (i *Installer) resource(o *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := o.GroupVersionKind()
	mapping, err := i.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if meta.IsNoMatchError(err) {
		i.mapper.Reset() // a definition may have come since
		mapping, err = i.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	}
	if meta.IsNoMatchError(err) {
		return nil, Invalid{"kind", kind.String(), "kinds that the cluster serves"}
	}
	if err != nil {
		return nil, fmt.Errorf("asking what the cluster serves: %w", err)
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return i.objects.Resource(mapping.Resource), nil
	}
	namespace := o.GetNamespace()
	if namespace == "" {
		namespace = metav1.NamespaceDefault
	}
	return i.objects.Resource(mapping.Resource).Namespace(namespace), nil
}

// Remove deletes what Apply created, the last first, and waits until it is gone.
func (i *Installer) Remove(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, i.within)
	defer cancel()
	var errs []error
	for _, a := range slices.Backward(i.applied) {
		if !a.created {
			continue
		}
		foreground := metav1.DeletePropagationForeground
		err := a.resource.Delete(ctx, a.object.GetName(), metav1.DeleteOptions{PropagationPolicy: &foreground})
		if err == nil {
			err = awaitGone(ctx, a.resource, a.object.GetName())
		}
		if err != nil && !apierrors.IsNotFound(err) {
			errs = append(errs, fmt.Errorf("removing %s %s: %w", a.object.GetKind(), a.object.GetName(), err))
		}
	}
	i.applied = nil
	return errors.Join(errs...)
}

package mutant

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// KindActor is the Kind of a mutant that is somebody's deed: what no object says when it is made, and somebody does
// to it later.
const KindActor = "actor"

// actors are the deeds, by name.
var actors = []struct {
	Mutant
	act func(context.Context, kubernetes.Interface, *corev1.PersistentVolume) error
}{
	{Mutant{Name: "released-volume-freed", Wrong: "somebody makes every released volume available again, with the data that is on it", Kind: KindActor}, free},
}

// Actor is a deed being done, from Act until Stop.
type Actor struct {
	stop   context.CancelFunc
	ended  chan struct{}
	failed chan error // the first deed that failed
}

// Act does what the named mutant does to volumes with its label, until Stop. It returns once the deed is armed: the
// volumes that exist were listed, and every later change of one is seen. The error is Unknown when there is no such
// actor.
func Act(ctx context.Context, set kubernetes.Interface, name string) (*Actor, error) {
	for _, a := range actors {
		if a.Name != name {
			continue
		}
		mine := labels.Set{Label: name}.String()
		lw := cache.NewFilteredListWatchFromClient(set.CoreV1().RESTClient(), "persistentvolumes", "", func(o *metav1.ListOptions) { o.LabelSelector = mine })
		informer := cache.NewSharedInformer(lw, &corev1.PersistentVolume{}, 0)
		ctx, cancel := context.WithCancel(ctx)
		actor := &Actor{stop: cancel, ended: make(chan struct{}), failed: make(chan error, 1)}
		look := func(o any) {
			if err := a.act(ctx, set, o.(*corev1.PersistentVolume)); err != nil && ctx.Err() == nil {
				select {
				case actor.failed <- err:
				default:
				}
			}
		}
		if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: look, UpdateFunc: func(_, o any) { look(o) }}); err != nil {
			cancel()
			return nil, fmt.Errorf("watching the volumes of mutant %s: %w", name, err)
		}
		go func() { defer close(actor.ended); informer.RunWithContext(ctx) }()
		if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
			return nil, fmt.Errorf("listing the volumes of mutant %s: %w", name, context.Cause(ctx))
		}
		return actor, nil
	}
	return nil, Unknown(name)
}

// Stop ends the deed and tells whether it ever failed: a deed that was not done proves nothing.
func (a *Actor) Stop() error {
	a.stop()
	<-a.ended
	select {
	case err := <-a.failed:
		return err
	default:
		return nil
	}
}

// free takes the claim from a volume that is Released, as a careless script does to use the disk again.
func free(ctx context.Context, set kubernetes.Interface, v *corev1.PersistentVolume) error {
	if v.Status.Phase != corev1.VolumeReleased || v.Spec.ClaimRef == nil {
		return nil
	}
	_, err := set.CoreV1().PersistentVolumes().Patch(ctx, v.Name, types.MergePatchType, []byte(`{"spec":{"claimRef":null}}`), metav1.PatchOptions{})
	if err != nil && !apierrors.IsNotFound(err) { // the spec may have deleted it since
		return fmt.Errorf("freeing volume %s: %w", v.Name, err)
	}
	return nil
}

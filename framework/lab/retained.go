package lab

import (
	"context"
	"errors"
	"fmt"
	"strings"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// owns tells whether an object is this spec's: labelled so, or made by a controller for one of its objects.
func (b *Bench) owns(o client.Object) bool {
	return o.GetLabels()[LabelSpec] == b.prefix || strings.HasPrefix(onBehalf(o).Name, b.prefix+"-") || strings.HasPrefix(onBehalf(o).Name, "data-"+b.prefix+"-")
}

// unretain lets the driver delete what the spec had it keep (policy Retain): the storage behind it is the spec's, too.
func (b *Bench) unretain(ctx context.Context) error {
	kept := b.lab.journal.existing(b.owns)
	var errs []error
	for _, o := range kept {
		switch o := o.(type) {
		case *corev1.PersistentVolume:
			if o.Spec.CSI == nil || o.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimRetain {
				continue
			}
			patch := []byte(`{"spec":{"persistentVolumeReclaimPolicy":"Delete"}}`)
			_, err := b.lab.clients.set.CoreV1().PersistentVolumes().Patch(ctx, o.Name, types.MergePatchType, patch, metav1.PatchOptions{})
			errs = append(errs, wrapUnretain(o, err))
		case *snapshotv1.VolumeSnapshotContent:
			if o.Spec.DeletionPolicy != snapshotv1.VolumeSnapshotContentRetain {
				continue
			}
			patch := []byte(`{"spec":{"deletionPolicy":"Delete"}}`)
			contents := b.lab.clients.snapshots.SnapshotV1().VolumeSnapshotContents()
			_, err := contents.Patch(ctx, o.Name, types.MergePatchType, patch, metav1.PatchOptions{})
			errs = append(errs, wrapUnretain(o, err))
			b.undo = append([]undoing{b.contentRemoval(o)}, b.undo...) // after the snapshots, whose deletion it notes
		}
	}
	return errors.Join(errs...)
}

func wrapUnretain(o client.Object, err error) error {
	if client.IgnoreNotFound(err) == nil {
		return nil
	}
	return fmt.Errorf("letting %s be deleted: %w", o.GetName(), err)
}

package witness

import (
	"testing"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apitypes "k8s.io/apimachinery/pkg/types"
)

type in map[string][]string // label → values, the requirements of one term

func aVolume(phase corev1.PersistentVolumePhase, claimUID apitypes.UID, terms ...in) Volume {
	s := Volume{Name: "volume v", Seen: true, Object: &corev1.PersistentVolume{}}
	s.Object.Status.Phase = phase
	if claimUID != "none" {
		s.Object.Spec.ClaimRef = &corev1.ObjectReference{Namespace: "n", Name: "c", UID: claimUID}
	}
	if terms != nil {
		s.Object.Spec.NodeAffinity = &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{}}
	}
	for _, t := range terms {
		var term corev1.NodeSelectorTerm
		for key, values := range t {
			term.MatchExpressions = append(term.MatchExpressions, corev1.NodeSelectorRequirement{Key: key, Operator: corev1.NodeSelectorOpIn, Values: values})
		}
		s.Object.Spec.NodeAffinity.Required.NodeSelectorTerms = append(s.Object.Spec.NodeAffinity.Required.NodeSelectorTerms, term)
	}
	return s
}

func TestVolumeMatchers(t *testing.T) {
	const host = corev1.LabelHostname
	claim := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "c", UID: "1"}}
	notIn := aVolume("", "none", in{host: {"a"}})
	notIn.Object.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Operator = corev1.NodeSelectorOpNotIn
	held := aVolume(corev1.VolumeBound, "1")
	held.Object.DeletionTimestamp = &metav1.Time{}
	kept, doomed := aVolume(corev1.VolumeReleased, "1"), aVolume(corev1.VolumeReleased, "1")
	kept.Object.Spec.PersistentVolumeReclaimPolicy = corev1.PersistentVolumeReclaimRetain
	doomed.Object.Spec.PersistentVolumeReclaimPolicy = corev1.PersistentVolumeReclaimDelete
	inUse := aVolume(corev1.VolumeBound, "1")
	inUse.Object.Spec.PersistentVolumeReclaimPolicy = corev1.PersistentVolumeReclaimRetain
	for name, c := range map[string]struct {
		matcher types.GomegaMatcher
		sight   Volume
		want    answer
	}{
		"released":                      {BeInPhase(corev1.VolumeReleased), aVolume(corev1.VolumeReleased, "1"), yes},
		"left its claim":                {HaveLeft(corev1.VolumeBound), aVolume(corev1.VolumeAvailable, "1"), yes},
		"still bound":                   {HaveLeft(corev1.VolumeBound), aVolume(corev1.VolumeBound, "1"), notYet},
		"not released yet":              {BeInPhase(corev1.VolumeReleased), aVolume(corev1.VolumeBound, "1"), notYet},
		"retained":                      {BeRetained(), kept, yes},
		"released to be deleted":        {BeRetained(), doomed, neverYes},
		"not retained while in use":     {BeRetained(), inUse, notYet},
		"bound to the claim":            {BeBoundToClaim(claim), aVolume(corev1.VolumeBound, "1"), yes},
		"names the claim without UID":   {BeBoundToClaim(claim), aVolume(corev1.VolumeBound, ""), notYet},
		"names it, but is not Bound":    {BeBoundToClaim(claim), aVolume(corev1.VolumeAvailable, "1"), notYet},
		"names a claim of another UID":  {BeBoundToClaim(claim), aVolume(corev1.VolumeBound, "2"), neverYes},
		"names no claim":                {BeBoundToClaim(claim), aVolume(corev1.VolumeBound, "none"), notYet},
		"pinned":                        {BePinnedToHost("a"), aVolume("", "none", in{host: {"a"}}), yes},
		"pinned, and to a zone besides": {BePinnedToHost("a"), aVolume("", "none", in{host: {"a"}, "zone": {"z"}}), yes},
		"pinned to another host":        {BePinnedToHost("a"), aVolume("", "none", in{host: {"b"}}), neverYes},
		"pinned to two hosts":           {BePinnedToHost("a"), aVolume("", "none", in{host: {"a", "b"}}), neverYes},
		"one term pins, another not":    {BePinnedToHost("a"), aVolume("", "none", in{host: {"a"}}, in{"os": {"linux"}}), neverYes},
		"no affinity":                   {BePinnedToHost("a"), aVolume("", "none"), neverYes},
		"affinity without terms":        {BePinnedToHost("a"), aVolume("", "none", []in{}...), neverYes},
		"anything but the host":         {BePinnedToHost("a"), notIn, neverYes},
		"held":                          {BeHeld(), held, yes},
		"not held":                      {BeHeld(), aVolume(corev1.VolumeBound, "1"), notYet},
	} {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(ask(t, c.matcher, c.sight)).To(Equal(c.want))
		})
	}
}

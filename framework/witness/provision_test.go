package witness

import (
	"testing"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func external(phase corev1.PersistentVolumeClaimPhase, volume, provisioner string) Claim {
	s := aClaim(phase, volume)
	s.Events = append(s.Events, corev1.Event{Reason: "ExternalProvisioning", Message: "Waiting for a volume to be created either by the external provisioner '" + provisioner + "' or manually"})
	return s
}

func TestProvisionedClaimMatchers(t *testing.T) {
	pending, bound := corev1.ClaimPending, corev1.ClaimBound
	begun := aClaim(pending, "")
	begun.Events = append(begun.Events, corev1.Event{Reason: "Provisioning", Message: `External provisioner is provisioning volume for claim "n/c"`})
	for name, c := range map[string]struct {
		matcher types.GomegaMatcher
		sight   Claim
		want    answer
	}{
		"waiting for the provisioner":        {BeWaitingForProvisioner("p"), external(pending, "", "p"), yes},
		"waiting for another provisioner":    {BeWaitingForProvisioner("somebody"), external(pending, "", "p.dev"), notYet},
		"waiting for whom it does not say":   {BeWaitingForProvisioner("p"), aClaim(pending, "", "WaitForFirstConsumer"), notYet},
		"it said so, and was served":         {BeWaitingForProvisioner("p"), external(bound, "v", "p"), neverYes},
		"a volume is named already":          {BeWaitingForProvisioner("p"), external(pending, "v", "p"), neverYes},
		"being provisioned":                  {BeUnderWay(), begun, yes},
		"provisioned at once":                {BeUnderWay(), aClaim(bound, "v"), yes},
		"nobody has begun":                   {BeUnderWay(), external(pending, "", "p"), notYet},
		"a deleted claim is not under way":   {BeUnderWay(), Claim{Seen: true, Gone: true, Object: begun.Object, Events: begun.Events}, notYet},
		"a deleted claim waits for nobody":   {BeWaitingForProvisioner("p"), Claim{Seen: true, Gone: true, Object: external(pending, "", "p").Object}, notYet},
		"a lost claim is not one that waits": {BeWaitingForProvisioner("p"), external(corev1.ClaimLost, "", "p"), notYet},
	} {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(ask(t, c.matcher, c.sight)).To(Equal(c.want))
		})
	}
}

func TestProvisionedVolumeMatchers(t *testing.T) {
	const once, many = corev1.ReadWriteOnce, corev1.ReadWriteMany
	const keep, drop = corev1.PersistentVolumeReclaimRetain, corev1.PersistentVolumeReclaimDelete
	made := func(size, class string, policy corev1.PersistentVolumeReclaimPolicy, modes ...corev1.PersistentVolumeAccessMode) Volume {
		s := aVolume(corev1.VolumeBound, "1")
		s.Object.Spec.Capacity = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(size)}
		s.Object.Spec.StorageClassName, s.Object.Spec.PersistentVolumeReclaimPolicy, s.Object.Spec.AccessModes = class, policy, modes
		return s
	}
	zone, rack := in{"zone": {"a"}}, in{"rack": {"1"}, "zone": {"a"}}
	for name, c := range map[string]struct {
		matcher types.GomegaMatcher
		sight   Volume
		want    answer
	}{
		"just large enough":                 {HaveRoom(1 << 30), made("1Gi", "c", keep), yes},
		"larger":                            {HaveRoom(1 << 30), made("2Gi", "c", keep), yes},
		"a byte too small, may grow":        {HaveRoom(1<<30 + 1), made("1Gi", "c", keep), notYet},
		"of no capacity":                    {HaveRoom(1), aVolume(corev1.VolumeBound, "1"), notYet},
		"of its class":                      {BeOfClass("c", keep, once), made("1Gi", "c", keep, once), yes},
		"offering more than was asked for":  {BeOfClass("c", keep, once), made("1Gi", "c", keep, many, once), yes},
		"of its class, whatever the modes":  {BeOfClass("c", drop), made("1Gi", "c", drop, once), yes},
		"of another class":                  {BeOfClass("c", keep, once), made("1Gi", "d", keep, once), neverYes},
		"of another policy":                 {BeOfClass("c", keep, once), made("1Gi", "c", drop, once), neverYes},
		"of another access mode":            {BeOfClass("c", keep, many), made("1Gi", "c", keep, once), neverYes},
		"not there yet":                     {BeOfClass("c", keep), Volume{Name: "volume v"}, notYet},
		"placed by the key":                 {BePlacedByKeys("zone"), aVolume("", "1", zone), yes},
		"placed by two keys, both known":    {BePlacedByKeys("zone", "rack"), aVolume("", "1", rack), yes},
		"placed by one key more":            {BePlacedByKeys("zone"), aVolume("", "1", rack), neverYes},
		"placed by one key more, in a term": {BePlacedByKeys("zone"), aVolume("", "1", zone, in{"host": {"h"}}), neverYes},
		"placed nowhere":                    {BePlacedByKeys("zone"), aVolume("", "1"), neverYes},
		"placed, but not there yet":         {BePlacedByKeys("zone"), Volume{Name: "volume v"}, notYet},
	} {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(ask(t, c.matcher, c.sight)).To(Equal(c.want))
		})
	}
}

func TestVolumeFailureTextSaysWhatItHas(t *testing.T) {
	s := aVolume(corev1.VolumeBound, "none")
	s.Object.Spec.Capacity = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}
	text := HaveRoom(1 << 31).FailureMessage(s)
	NewWithT(t).Expect(text).To(Equal("expected: volume v to have a capacity of at least 2147483648 bytes\nobserved: volume v is Bound, has no node affinity, has 1Gi; no events"))
}

package witness

import (
	"testing"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func TestSegmentMatchers(t *testing.T) {
	notIn := aVolume("", "1", in{"zone": {"a"}})
	notIn.Object.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Operator = corev1.NodeSelectorOpNotIn
	made := func(driver, handle, by string) Volume {
		s := aVolume("", "1")
		s.Object.Spec.CSI = &corev1.CSIPersistentVolumeSource{Driver: driver, VolumeHandle: handle}
		s.Object.Annotations = map[string]string{"pv.kubernetes.io/provisioned-by": by}
		return s
	}
	for name, c := range map[string]struct {
		matcher types.GomegaMatcher
		sight   Volume
		want    answer
	}{
		"in the segment":                    {BeInSegment("zone", "a"), aVolume("", "1", in{"zone": {"a"}}), yes},
		"in one of the segments":            {BeInSegment("zone", "a", "b"), aVolume("", "1", in{"zone": {"b"}}), yes},
		"in the segment, and in a rack":     {BeInSegment("zone", "a"), aVolume("", "1", in{"zone": {"a"}, "rack": {"1"}}), yes},
		"in another segment":                {BeInSegment("zone", "a"), aVolume("", "1", in{"zone": {"b"}}), neverYes},
		"in one segment more":               {BeInSegment("zone", "a"), aVolume("", "1", in{"zone": {"a", "b"}}), neverYes},
		"in the segment by one term of two": {BeInSegment("zone", "a"), aVolume("", "1", in{"zone": {"a"}}, in{"rack": {"1"}}), neverYes},
		"in no value":                       {BeInSegment("zone", "a"), aVolume("", "1", in{"zone": {}}), neverYes},
		"outside of the segment":            {BeInSegment("zone", "a"), notIn, neverYes},
		"everywhere":                        {BeInSegment("zone", "a"), aVolume("", "1"), neverYes},
		"not there yet":                     {BeInSegment("zone", "a"), Volume{Name: "volume v"}, notYet},
		"made by the driver":                {BeMadeBy("d"), made("d", "h", "d"), yes},
		"made by hand":                      {BeMadeBy("d"), made("d", "h", ""), notYet},
		"made by another":                   {BeMadeBy("d"), made("e", "h", "e"), neverYes},
		"made without a handle":             {BeMadeBy("d"), made("d", "", "d"), neverYes},
		"not of any driver":                 {BeMadeBy("d"), aVolume("", "1"), neverYes},
	} {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(ask(t, c.matcher, c.sight)).To(Equal(c.want))
		})
	}
}

func TestSelectedClaimMatchers(t *testing.T) {
	pending, bound := corev1.ClaimPending, corev1.ClaimBound
	selected := func(node string) Claim {
		s := aClaim(bound, "v")
		s.Object.Annotations = map[string]string{SelectedNode: node}
		return s
	}
	warned := func(kind, volume string) Claim {
		s := aClaim(pending, volume)
		s.Events = []corev1.Event{{Type: kind, Reason: "ProvisioningFailed", Message: "parameter x is unknown"}}
		return s
	}
	sized := aClaim(bound, "v")
	sized.Object.Status.Capacity = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}
	for name, c := range map[string]struct {
		matcher types.GomegaMatcher
		sight   Claim
		want    answer
	}{
		"selected":                     {BeSelectedFor("a", "b"), selected("b"), yes},
		"not selected":                 {BeSelectedFor("a"), aClaim(bound, "v"), notYet},
		"another one selected":         {BeSelectedFor("a"), selected("b"), neverYes},
		"unselected":                   {BeUnselected(), aClaim(pending, ""), yes},
		"not unselected":               {BeUnselected(), selected("a"), notYet},
		"refused, any reason":          {BeRefusedProvisioning(), warned("Warning", ""), yes},
		"refused, for the reason":      {BeRefusedProvisioning("unknown"), warned("Warning", ""), yes},
		"refused, for another reason":  {BeRefusedProvisioning("too small"), warned("Warning", ""), notYet},
		"told, but no warning":         {BeRefusedProvisioning(), warned("Normal", ""), notYet},
		"nothing told":                 {BeRefusedProvisioning(), aClaim(pending, ""), notYet},
		"warned, and provisioned":      {BeRefusedProvisioning(), warned("Warning", "v"), neverYes},
		"as large as asked":            {HaveCapacity(1 << 30), sized, yes},
		"a byte smaller, may grow yet": {HaveCapacity(1<<30 + 1), sized, notYet},
		"of no capacity yet":           {HaveCapacity(1), aClaim(pending, ""), notYet},
	} {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(ask(t, c.matcher, c.sight)).To(Equal(c.want))
		})
	}
}

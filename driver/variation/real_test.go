package variation

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// judges see each variation. None may see one in the driver's own way.
var judges = map[string]func(site) bool{
	"slow": func(s site) bool {
		for range 10 { // on a busy machine one call of any driver may be slow, and not each
			began := time.Now()
			s.volume("one")
			if time.Since(began) < brisk.call {
				return false
			}
		}
		return true
	},
	"answers-lost-twice": func(s site) bool {
		for _, there := range []int{0, 1} { // refused, then done and not answered
			if _, err := s.CreateVolume(s.Context(), s.request("one", nil)); status.Code(err) != codes.Unavailable || s.left() != there {
				return false
			}
		}
		_, err := s.CreateVolume(s.Context(), s.request("one", nil))
		s.must(err)
		return s.left() == 1
	},
	"other-words": func(s site) bool {
		s.class["no-such"] = "parameter"
		_, err := s.CreateVolume(s.Context(), s.request("one", nil))
		return status.Code(err) == codes.InvalidArgument && !strings.Contains(err.Error(), "no-such") && strings.Contains(err.Error(), "E-0003")
	},
	"larger-than-asked": func(s site) bool {
		limited := s.request("limited", nil)
		limited.CapacityRange.LimitBytes = gib + extra/2
		answer, err := s.CreateVolume(s.Context(), limited)
		s.must(err)
		if got := answer.GetVolume().GetCapacityBytes(); got > gib+extra/2 {
			s.Errorf("made a volume of %d bytes beyond the limit", got)
		}
		return s.volume("one").GetCapacityBytes() > gib && answer.GetVolume().GetCapacityBytes() > gib
	},
	"further-topology-key": func(s site) bool {
		segments := s.volume("one").GetAccessibleTopology()[0].GetSegments()
		return segments[region] == "r" && len(segments) == 2
	},
	"copy-in-progress": func(s site) bool {
		req := s.restore("two", s.cut("shot", s.volume("one")))
		began := time.Now()
		_, err := s.CreateVolume(s.Context(), req)
		aborted := status.Code(err) == codes.Aborted
		patient(s, s.CreateVolume, req)
		return aborted && time.Since(began) >= brisk.progress
	},
	"snapshot-ready-later": func(s site) bool {
		req := s.cutRequest("shot", s.volume("one"))
		first, err := s.CreateSnapshot(s.Context(), req)
		s.must(err)
		later := s.cut("shot", &csi.Volume{VolumeId: req.GetSourceVolumeId()})
		return !first.GetSnapshot().GetReadyToUse() && later.GetSnapshotId() == first.GetSnapshot().GetSnapshotId()
	},
	"volume-held-by-snapshots": func(s site) bool {
		v := s.volume("one")
		s.cut("shot", v)
		_, err := s.DeleteVolume(s.Context(), &csi.DeleteVolumeRequest{VolumeId: v.GetVolumeId()})
		return status.Code(err) == codes.FailedPrecondition
	},
	"snapshot-held-by-restores": func(s site) bool {
		shot := s.cut("shot", s.volume("one"))
		patient(s, s.CreateVolume, s.restore("two", shot))
		_, err := s.DeleteSnapshot(s.Context(), &csi.DeleteSnapshotRequest{SnapshotId: shot.GetSnapshotId()})
		return status.Code(err) == codes.FailedPrecondition
	},
}

func TestEveryVariationVariesAndTheDriverItselfDoesNot(t *testing.T) {
	for _, v := range All() {
		judge, there := judges[v.Name]
		if there != (v.way != nil) {
			t.Errorf("nobody looks at %s, or it varies no call", v.Name)
		}
		if !there {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			if !judge(newSite(t, v.Name)) {
				t.Errorf("it is not true that %s", v.Varies)
			}
			if judge(newSite(t, "")) {
				t.Errorf("of the driver itself, too, it is true that %s", v.Varies)
			}
		})
	}
}

// TestEveryVariationIsRight has every one do all that a user asks of storage, and be asked everything twice.
func TestEveryVariationIsRight(t *testing.T) {
	for _, v := range append(All(), Variation{Name: "itself"}) {
		if v.Controllers > 0 {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			name := v.Name
			if v.way == nil {
				name = ""
			}
			newSite(t, name).story()
		})
	}
}

// story is a volume's life: it is filled, snapshotted, changed, restored, grown, used and deleted.
func (s site) story() {
	s.Helper()
	v, again := s.volume("one"), s.volume("one")
	s.same("volume", v, again)
	s.mustBe(v, gib)
	s.write(v, "file", "then")
	shot := s.cut("shot", v)
	if again := s.cut("shot", v); again.GetSnapshotId() != shot.GetSnapshotId() || !again.GetCreationTime().AsTime().Equal(shot.GetCreationTime().AsTime()) {
		s.Errorf("asked twice, cut twice: %v and %v", shot, again)
	}
	s.write(v, "file", "now")
	asked := s.restore("two", shot)
	r := patient(s, s.CreateVolume, asked).GetVolume()
	s.same("restore", r, patient(s, s.CreateVolume, asked).GetVolume())
	s.mustBe(r, shot.GetSizeBytes())
	if text, err := os.ReadFile(s.path(r, "file")); string(text) != "then" || err != nil {
		s.Errorf("restored was %q, %v", text, err)
	}
	grown := patient(s, s.ControllerExpandVolume, &csi.ControllerExpandVolumeRequest{VolumeId: v.GetVolumeId(), CapacityRange: &csi.CapacityRange{RequiredBytes: 2 * gib}})
	if grown.GetCapacityBytes() < 2*gib {
		s.Errorf("grown to %d bytes", grown.GetCapacityBytes())
	}

	used := v.GetVolumeContext()
	patient(s, s.node.NodePublishVolume, &csi.NodePublishVolumeRequest{VolumeId: v.GetVolumeId(), TargetPath: "/t", VolumeContext: used})
	patient(s, s.node.NodeUnpublishVolume, &csi.NodeUnpublishVolumeRequest{VolumeId: v.GetVolumeId(), TargetPath: "/t"})

	for _, gone := range []*csi.Volume{r, v} { // what holds goes first; the snapshot between
		for range 2 {
			patient(s, s.DeleteVolume, &csi.DeleteVolumeRequest{VolumeId: gone.GetVolumeId()})
			if gone == r {
				patient(s, s.DeleteSnapshot, &csi.DeleteSnapshotRequest{SnapshotId: shot.GetSnapshotId()})
			}
		}
	}
	if n := s.left(); n != 0 {
		s.Errorf("%d things are left", n)
	}
}

func (s site) same(what string, one, other *csi.Volume) {
	s.Helper()
	if one.GetVolumeId() != other.GetVolumeId() || one.GetCapacityBytes() != other.GetCapacityBytes() {
		s.Errorf("asked twice for a %s, got %v and %v", what, one, other)
	}
}

// mustBe requires the volume to be where it was asked for, and large enough.
func (s site) mustBe(v *csi.Volume, bytes int64) {
	s.Helper()
	if v.GetCapacityBytes() < bytes || v.GetVolumeId()[:2] != "a." || v.GetVolumeContext()[Parameter] != s.class[Parameter] {
		s.Errorf("got %v; asked for were %d bytes in zone a", v, bytes)
	}
	for key, value := range s.request("", nil).GetAccessibilityRequirements().GetRequisite()[0].GetSegments() {
		if has, told := v.GetAccessibleTopology()[0].GetSegments()[key]; told && has != value {
			s.Errorf("the volume tells of %s %q; asked for was %q", key, has, value)
		}
	}
}

func TestAnUnknownVariationIsRefused(t *testing.T) {
	s := newSite(t, "unheard-of")
	_, err := s.CreateVolume(t.Context(), s.request("one", nil))
	if status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), `found "unheard-of"; accepted: answers-lost-twice, `) {
		t.Error(err)
	}
	if n := s.left(); n != 0 {
		t.Errorf("%d things were made", n)
	}
}

func TestEveryVariationSaysWhatItDoes(t *testing.T) {
	for i, v := range All() {
		if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(v.Name) || !regexp.MustCompile(`^[a-z].*[a-z0-9]$`).MatchString(v.Varies) || len(v.Needs) == 0 {
			t.Errorf("%d: %+v", i, v)
		}
	}
}

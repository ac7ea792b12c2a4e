package fault

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"csicert/driver/filer"
)

// restartJudges see each defect of a controller that was started again, over the stores of before.
var restartJudges = map[string]func(site) bool{
	"numbers-begin-again-after-restart": func(s site) bool {
		early := s.volume("one", nil).GetVolumeId()
		later := s.volume("two", nil).GetVolumeId()
		s = s.restarted()
		return early != later && s.volume("three", nil).GetVolumeId() == early && s.volume("four", nil).GetVolumeId() == later
	},
	"volumes-made-twice-after-restart": func(s site) bool {
		for range 2 {
			short, cancel := context.WithTimeout(s.Context(), late/2)
			answer, err := s.CreateVolume(short, s.request("one", nil)) // the caller is killed, or has its answer
			cancel()
			if again := s.all(); err == nil && !again[answer.GetVolume().GetVolumeId()] {
				s.Error("what was answered is not there")
			}
			s = s.restarted()
		}
		return len(s.all()) == 2
	},
	"volumes-forgotten-after-restart": func(s site) bool {
		v := s.volume("one", nil)
		s.cut("shot", v)
		_, err := s.restarted().CreateSnapshot(s.Context(), &csi.CreateSnapshotRequest{Name: "another", SourceVolumeId: v.GetVolumeId(), Parameters: s.class})
		return status.Code(err) == codes.NotFound
	},
	"restores-empty-after-restart": func(s site) bool {
		v := s.volume("one", nil)
		s.write(v, "file", "text")
		shot := s.cut("shot", v)
		before := s.has(s.restored("two", shot), "file", "text")
		s = s.restarted()
		r := s.restored("three", shot)
		return before && r.GetContentSource().GetSnapshot().GetSnapshotId() == shot.GetSnapshotId() && !s.there(r, "file")
	},
	"volumes-undeletable-after-restart": func(s site) bool {
		v, shot := s.volume("one", nil), s.cut("shot", s.volume("two", nil))
		s.drop(s.volume("three", nil))
		s = s.restarted()
		s.dropSnapshot(shot)
		_, err := s.DeleteVolume(s.Context(), &csi.DeleteVolumeRequest{VolumeId: v.GetVolumeId()})
		return err != nil && s.all()[v.GetVolumeId()]
	},
	"snapshots-undeletable-after-restart": func(s site) bool {
		v := s.volume("one", nil)
		shot := s.cut("shot", v)
		s.dropSnapshot(s.cut("another", v))
		s = s.restarted()
		_, err := s.DeleteSnapshot(s.Context(), &csi.DeleteSnapshotRequest{SnapshotId: shot.GetSnapshotId()})
		s.drop(v)
		there, _ := s.found(shot)
		return err != nil && there
	},
}

func TestTwinsAreDeletedTogether(t *testing.T) {
	s := newSite(t, "")
	store := s.stores["a"]
	for _, name := range []string{"one" + twin + "x", "one" + twin + "y", "one", "another" + twin + "x"} {
		_, err := store.CreateVolume(t.Context(), filer.VolumeRequest{Name: name, Size: 1})
		s.must(err)
	}
	(&doubler{Filer: store}).deleteTwins(t.Context(), "one")
	left, err := store.Volumes(t.Context())
	if err != nil || len(left) != 2 {
		t.Errorf("left are %v, %v", left, err)
	}
}

func TestANumberIsFreeAgainWhenItsVolumeIsGone(t *testing.T) {
	s := newSite(t, "numbers-begin-again-after-restart")
	first := s.volume("one", nil)
	if again := s.volume("one", nil).GetVolumeId(); again != first.GetVolumeId() {
		t.Errorf("a repeated call made %s beside %s", again, first.GetVolumeId())
	}
	second := s.volume("two", nil).GetVolumeId()
	s.drop(first)
	if third := s.volume("three", nil).GetVolumeId(); third != first.GetVolumeId() || third == second {
		t.Errorf("got %s, where %s was free and %s was not", third, first.GetVolumeId(), second)
	}
}

// What was made honestly, or with a fault that does not last, is honest after a restart.
func TestOnlyFaultsThatLastOutliveTheController(t *testing.T) {
	for _, fault := range []string{"", "volume-delete-refused"} {
		s := newSite(t, fault)
		v := s.volume("one.volumes-undeletable-after-restar", nil)
		s = s.restarted()
		s.drop(v)
		if s.all()[v.GetVolumeId()] {
			t.Errorf("fault %q: volume %s is there still", fault, v.GetVolumeId())
		}
	}
}

// silent is a filer that does not answer.
type silent struct{ filer.Filer }

func (silent) Volume(context.Context, string) (filer.Volume, error) {
	return filer.Volume{}, errors.New("no answer")
}

// A filer that does not say whose a volume is must not have it pass for an honest one.
func TestAMarkThatCannotBeReadIsNoAnswer(t *testing.T) {
	s := newSite(t, "volumes-undeletable-after-restart")
	v := s.volume("one", nil)
	s.silence("a")
	if _, err := s.restarted().DeleteVolume(t.Context(), &csi.DeleteVolumeRequest{VolumeId: v.GetVolumeId()}); status.Code(err) != codes.Unavailable || !strings.Contains(err.Error(), "no answer") {
		t.Errorf("deleted without a look at its mark: %v", err)
	}
	if !s.all()[v.GetVolumeId()] {
		t.Error("the volume is gone")
	}
}

package fault

import (
	"context"
	"strings"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// sequenceJudges see the defects that show only in what comes after other direct calls.
var sequenceJudges = map[string]func(site) bool{
	"failed-creation-goes-on": func(s site) bool {
		_, err := s.CreateVolume(s.Context(), s.request("one", nil))
		if err == nil {
			return false
		}
		time.Sleep(2 * goesOn) // of the bubble's time
		there, err := s.stores["a"].Volumes(s.Context())
		s.must(err)
		return len(there) == 1 && s.volume("one", nil).GetVolumeId() != ""
	},
	"resumed-creation-stays-locked": func(s site) bool {
		v, shot := s.resumed()
		_, one := s.CreateVolume(s.Context(), s.request("one", nil))
		_, two := s.CreateSnapshot(s.Context(), s.cutting("shot", v))
		s.must(s.removed(v, shot))
		return status.Code(one) == codes.Internal && status.Code(two) == codes.Internal
	},
	"resumed-creation-forgotten": func(s site) bool {
		v, shot := s.resumed()
		return s.volume("one", nil).GetVolumeId() != v.GetVolumeId() && s.cut("shot", v).GetSnapshotId() != shot.GetSnapshotId()
	},
	"resumed-creation-undeletable": func(s site) bool {
		v, shot := s.resumed()
		_, one := s.DeleteVolume(s.Context(), &csi.DeleteVolumeRequest{VolumeId: v.GetVolumeId()})
		_, two := s.DeleteSnapshot(s.Context(), &csi.DeleteSnapshotRequest{SnapshotId: shot.GetSnapshotId()})
		s.must(s.removed(v, shot)) // the second time it is
		return one != nil && two != nil && !s.all()[v.GetVolumeId()]
	},

	"alike-names-clash": func(s site) bool {
		for _, pair := range [][2]string{{"a_B", "A-b"}, {strings.Repeat("x", 63) + "a", strings.Repeat("x", 63) + "b"}} {
			s.volume(pair[0], nil)
			s.volume(pair[0], nil)
			if _, err := s.CreateVolume(s.Context(), s.request(pair[1], nil)); status.Code(err) != codes.AlreadyExists {
				return false
			}
		}
		return true
	},
	"missing-source-overlooked": func(s site) bool {
		shot := s.cut("shot", s.volume("empty", nil))
		r := s.restored("one", shot)
		_, err := s.CreateVolume(s.Context(), s.request("empty", fromSnapshot(shot.GetSnapshotId())))
		again, overlooked := s.CreateVolume(s.Context(), s.request("one", nil))
		return status.Code(err) == codes.AlreadyExists && overlooked == nil && again.GetVolume().GetVolumeId() == r.GetVolumeId()
	},
	"repeated-creation-refused": func(s site) bool {
		v := s.volume("one", nil)
		s.cut("shot", v)
		return s.isTaken("one") && s.cutIsTaken("shot", v)
	},
	"conflict-poisons-name": func(s site) bool {
		v, _ := s.conflict()
		return s.isTaken("one") && s.cutIsTaken("shot", v)
	},
	"conflict-overwrites-record": func(s site) bool {
		v, other := s.conflict()
		return s.volume("one", nil).GetCapacityBytes() == 2*gib && s.cut("shot", v).GetSourceVolumeId() == other.GetVolumeId()
	},
	"limit-refused": func(s site) bool {
		req := s.request("one", nil)
		s.volume("two", nil)
		req.CapacityRange.LimitBytes = 2 * gib
		_, err := s.CreateVolume(s.Context(), req)
		return status.Code(err) == codes.InvalidArgument
	},
	"oversized-name-spoils-next": func(s site) bool {
		s.volume("one", nil)
		_, _ = s.CreateVolume(s.Context(), s.request(strings.Repeat("x", 129), nil))
		_, err := s.CreateVolume(s.Context(), s.request("two", nil))
		s.volume("two", nil)
		return err != nil
	},
	"repeated-volume-without-size": func(s site) bool {
		return s.volume("one", nil).GetCapacityBytes() == gib && s.volume("one", nil).GetCapacityBytes() == 0
	},
	"repeated-expansion-tells-old-size": func(s site) bool {
		req := &csi.ControllerExpandVolumeRequest{VolumeId: s.volume("one", nil).GetVolumeId(), CapacityRange: &csi.CapacityRange{RequiredBytes: 2 * gib}}
		first, err := s.ControllerExpandVolume(s.Context(), req)
		s.must(err)
		again, err := s.ControllerExpandVolume(s.Context(), req)
		s.must(err)
		return first.GetCapacityBytes() == 2*gib && again.GetCapacityBytes() == gib
	},
	"unknown-deletion-refused": func(s site) bool {
		v := s.volume("one", nil)
		shot := s.cut("shot", v)
		s.must(s.removed(v, shot))
		s.must(s.removed(v, shot))
		_, one := s.DeleteVolume(s.Context(), &csi.DeleteVolumeRequest{VolumeId: never(v.GetVolumeId())})
		_, two := s.DeleteSnapshot(s.Context(), &csi.DeleteSnapshotRequest{SnapshotId: never(shot.GetSnapshotId())})
		return one != nil && two != nil
	},

	"validation-unimplemented": func(s site) bool {
		_, err := s.confirmed(s.volume("one", nil).GetVolumeId())
		return status.Code(err) == codes.Unimplemented
	},
	"volume-never-confirmed": func(s site) bool {
		is, err := s.confirmed(s.volume("one", nil).GetVolumeId())
		_, unknown := s.confirmed(s.gone())
		return !is && err == nil && status.Code(unknown) == codes.NotFound
	},
	"deletion-closes-by-prefix": func(s site) bool {
		id := s.volume("one", nil).GetVolumeId()
		before, err := s.confirmed(id)
		s.must(err)
		s.drop(&csi.Volume{VolumeId: id[:len(id)-1]})
		after, err := s.confirmed(id)
		s.must(err)
		return before && !after && s.all()[id]
	},

	"simultaneous-creations-fail": func(s site) bool {
		v := s.volume("other", nil)
		volumes, cuts := make([]error, 2), make([]error, 2)
		s.atOnce(func(n int) { _, volumes[n] = s.CreateVolume(s.Context(), s.request("one", nil)) })
		s.atOnce(func(n int) { _, cuts[n] = s.CreateSnapshot(s.Context(), s.cutting("shot", v)) })
		s.volume("one", nil)
		s.cut("shot", v)
		return oneAlone(volumes, codes.Internal) && oneAlone(cuts, codes.Internal)
	},
	"simultaneous-names-refused": func(s site) bool {
		errs := make([]error, 2)
		s.atOnce(func(n int) { _, errs[n] = s.CreateVolume(s.Context(), s.request([]string{"one", "two"}[n], nil)) })
		return oneAlone(errs, codes.Internal)
	},
	"simultaneous-cuts-block-name": func(s site) bool {
		v := s.volume("one", nil)
		errs := make([]error, 2)
		s.atOnce(func(n int) { _, errs[n] = s.CreateSnapshot(s.Context(), s.cutting("shot", v)) })
		_, err := s.CreateSnapshot(s.Context(), s.cutting("shot", v))
		return oneAlone(errs, codes.Aborted) && status.Code(err) == codes.Internal
	},
	"simultaneous-deletions-leave-volume": func(s site) bool {
		id, errs := s.volume("one", nil).GetVolumeId(), make([]error, 2)
		s.atOnce(func(n int) { _, errs[n] = s.DeleteVolume(s.Context(), &csi.DeleteVolumeRequest{VolumeId: id}) })
		return errs[0] == nil && errs[1] == nil && s.all()[id]
	},

	"list-token-refused": func(s site) bool {
		all, err := s.pages()
		return len(all) == 1 && status.Code(err) == codes.InvalidArgument
	},
	"list-repeats-last": func(s site) bool {
		all, err := s.pages()
		s.must(err)
		return len(all) == 3 && len(all[2]) == 1 && all[2][0] == all[1][0]
	},
	"list-never-ends": func(s site) bool {
		all, err := s.pages()
		s.must(err)
		return len(all) == mostPages && len(all[2]) == 0
	},
	"snapshot-filter-refused": func(s site) bool {
		_, err := s.ListSnapshots(s.Context(), &csi.ListSnapshotsRequest{SnapshotId: s.cut("shot", s.volume("one", nil)).GetSnapshotId()})
		return status.Code(err) == codes.InvalidArgument
	},
	"unknown-snapshot-list-fails": func(s site) bool {
		v := s.volume("one", nil)
		shot := s.cut("shot", v)
		there, _ := s.found(shot)
		s.must(s.removed(v, shot))
		_, err := s.ListSnapshots(s.Context(), &csi.ListSnapshotsRequest{SnapshotId: shot.GetSnapshotId()})
		return there && status.Code(err) == codes.Internal
	},
}

// oneAlone tells whether one of two calls went well, whichever came first, and the other was answered with the code.
func oneAlone(errs []error, other codes.Code) bool {
	return errs[0] == nil && status.Code(errs[1]) == other || errs[1] == nil && status.Code(errs[0]) == other
}

// cutting asks for a snapshot.
func (s site) cutting(name string, of *csi.Volume) *csi.CreateSnapshotRequest {
	return &csi.CreateSnapshotRequest{Name: name, SourceVolumeId: of.GetVolumeId(), Parameters: s.class}
}

// resumed are volume "one" and snapshot "shot" of it, each made by a call after one that was given up.
func (s site) resumed() (*csi.Volume, *csi.Snapshot) {
	s.Helper()
	s.givenUp(func(ctx context.Context) { _, _ = s.CreateVolume(ctx, s.request("one", nil)) })
	v := s.volume("one", nil)
	s.givenUp(func(ctx context.Context) { _, _ = s.CreateSnapshot(ctx, s.cutting("shot", v)) })
	return v, s.cut("shot", v)
}

// removed deletes a snapshot and its volume.
func (s site) removed(v *csi.Volume, shot *csi.Snapshot) error {
	if _, err := s.DeleteSnapshot(s.Context(), &csi.DeleteSnapshotRequest{SnapshotId: shot.GetSnapshotId()}); err != nil {
		return err
	}
	_, err := s.DeleteVolume(s.Context(), &csi.DeleteVolumeRequest{VolumeId: v.GetVolumeId()})
	return err
}

// never is the ID of nothing, like one of something.
func never(id string) string {
	last := "0"
	if strings.HasSuffix(id, last) {
		last = "1"
	}
	return id[:len(id)-1] + last
}

// conflict has asked for volume "one" with another size, and for snapshot "shot" of another volume, both in vain.
func (s site) conflict() (source, other *csi.Volume) {
	s.Helper()
	source, other = s.volume("one", nil), s.volume("other", nil)
	s.cut("shot", source)
	larger := s.request("one", nil)
	larger.CapacityRange.RequiredBytes = 2 * gib
	if _, err := s.CreateVolume(s.Context(), larger); status.Code(err) != codes.AlreadyExists {
		s.Errorf("a volume of another size: %v", err)
	}
	if !s.cutIsTaken("shot", other) {
		s.Error("a snapshot of another volume is not refused")
	}
	return source, other
}

func (s site) isTaken(name string) bool {
	_, err := s.CreateVolume(s.Context(), s.request(name, nil))
	return status.Code(err) == codes.AlreadyExists
}

func (s site) cutIsTaken(name string, of *csi.Volume) bool {
	_, err := s.CreateSnapshot(s.Context(), s.cutting(name, of))
	return status.Code(err) == codes.AlreadyExists
}

func (s site) confirmed(id string) (bool, error) {
	answer, err := s.ValidateVolumeCapabilities(s.Context(), &csi.ValidateVolumeCapabilitiesRequest{VolumeId: id, VolumeCapabilities: s.request("", nil).GetVolumeCapabilities()})
	return answer.GetConfirmed() != nil, err
}

// mostPages are read of a list that does not end.
const mostPages = 5

// pages lists two volumes, one on a page, and returns the IDs on each page.
func (s site) pages() (all [][]string, err error) {
	s.Helper()
	v := []*csi.Volume{s.volume("one", nil), s.volume("two", nil)}
	defer func() {
		for _, one := range v { // once no volume of the class is left, the list is honest
			s.drop(one)
		}
	}()
	for token := ""; len(all) < mostPages; {
		answer, err := s.ListVolumes(s.Context(), &csi.ListVolumesRequest{MaxEntries: 1, StartingToken: token})
		if err != nil {
			return all, err
		}
		var ids []string
		for _, e := range answer.GetEntries() {
			ids = append(ids, e.GetVolume().GetVolumeId())
		}
		all = append(all, ids)
		if token = answer.GetNextToken(); token == "" {
			break
		}
	}
	return all, nil
}

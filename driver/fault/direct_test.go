package fault

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// directJudges see the defects that show only in direct calls: suites/protocol judges them at a socket.
var directJudges = map[string]func(site) bool{
	"volume-new-at-every-call": func(s site) bool {
		first, again := s.volume("one", nil), s.volume("one", nil)
		return first.GetVolumeId() != again.GetVolumeId()
	},
	"volume-name-cut": func(s site) bool { return s.sameVolume(strings.Repeat("x", 63)+"a", strings.Repeat("x", 63)+"b") },
	"oversized-name-cut": func(s site) bool {
		return s.sameVolume(strings.Repeat("x", 128)+"a", strings.Repeat("x", 128)+"b") && !s.sameVolume(strings.Repeat("x", 127)+"a", strings.Repeat("x", 127)+"b")
	},
	"volume-name-flattened": func(s site) bool { return s.sameVolume("a_B", "A-b") },
	"volume-name-picky": func(s site) bool {
		_, err := s.CreateVolume(s.Context(), s.request("a name", nil))
		return status.Code(err) == codes.InvalidArgument
	},
	"volume-conflict-overlooked": func(s site) bool {
		s.volume("one", nil)
		req := s.request("one", nil)
		req.CapacityRange.RequiredBytes *= 2
		_, err := s.CreateVolume(s.Context(), req)
		return err == nil
	},
	"source-conflict-overlooked": func(s site) bool {
		shot := s.cut("shot", s.volume("one", nil))
		_, err := s.CreateVolume(s.Context(), s.request("one", fromSnapshot(shot.GetSnapshotId())))
		return err == nil
	},
	"limit-ignored": func(s site) bool {
		req := s.request("one", nil)
		req.CapacityRange.LimitBytes = req.GetCapacityRange().GetRequiredBytes()
		answer, err := s.CreateVolume(s.Context(), req)
		s.must(err)
		return answer.GetVolume().GetCapacityBytes() > req.GetCapacityRange().GetLimitBytes()
	},
	"incomplete-request-accepted": func(s site) bool {
		req := s.request("one", nil)
		req.VolumeCapabilities = nil
		_, err := s.CreateVolume(s.Context(), req)
		return err == nil
	},
	"snapshot-new-at-every-call": func(s site) bool {
		v := s.volume("one", nil)
		first, again := s.cut("shot", v), s.cut("shot", v)
		return first.GetSnapshotId() != again.GetSnapshotId()
	},
	"snapshot-conflict-overlooked": func(s site) bool {
		s.cut("shot", s.volume("one", nil))
		_, err := s.CreateSnapshot(s.Context(), &csi.CreateSnapshotRequest{Name: "shot", SourceVolumeId: s.volume("two", nil).GetVolumeId(), Parameters: s.class})
		return err == nil
	},

	"unknown-snapshot-means-empty": func(s site) bool {
		shot := s.cut("shot", s.volume("one", nil))
		s.dropSnapshot(shot)
		_, err := s.CreateVolume(s.Context(), s.request("two", fromSnapshot(shot.GetSnapshotId())))
		return err == nil
	},
	"unknown-volume-means-empty": func(s site) bool {
		_, err := s.CreateVolume(s.Context(), s.request("two", fromVolume(s.gone())))
		return err == nil
	},
	"unknown-volume-confirmed": func(s site) bool {
		_, err := s.ValidateVolumeCapabilities(s.Context(), &csi.ValidateVolumeCapabilitiesRequest{VolumeId: s.gone(), VolumeCapabilities: s.request("", nil).GetVolumeCapabilities()})
		return err == nil
	},
	"unknown-volume-expanded": func(s site) bool { return s.expanded(s.gone(), 2*gib) == nil },
	"unknown-volume-is-cut": func(s site) bool {
		_, err := s.CreateSnapshot(s.Context(), &csi.CreateSnapshotRequest{Name: "shot", SourceVolumeId: s.gone(), Parameters: s.class})
		return err == nil
	},
	"unknown-snapshot-listed": func(s site) bool {
		v := s.volume("one", nil)
		gone := s.cut("shot", v)
		s.cut("another", v)
		s.dropSnapshot(gone)
		answer, err := s.ListSnapshots(s.Context(), &csi.ListSnapshotsRequest{SnapshotId: gone.GetSnapshotId()})
		s.must(err)
		return len(answer.GetEntries()) > 0
	},
	"deletion-by-prefix": func(s site) bool {
		id := s.volume("one", nil).GetVolumeId()
		s.drop(&csi.Volume{VolumeId: id[:len(id)-1]})
		return !s.all()[id]
	},
	"snapshot-deletion-by-prefix": func(s site) bool {
		shot := s.cut("shot", s.volume("one", nil))
		s.dropSnapshot(&csi.Snapshot{SnapshotId: shot.GetSnapshotId()[:len(shot.GetSnapshotId())-1]})
		there, _ := s.found(shot)
		return !there
	},

	"repeated-deletion-refused": func(s site) bool {
		_, err := s.DeleteVolume(s.Context(), &csi.DeleteVolumeRequest{VolumeId: s.gone()})
		return err != nil
	},
	"repeated-snapshot-deletion-refused": func(s site) bool {
		shot := s.cut("shot", s.volume("one", nil))
		s.dropSnapshot(shot)
		_, err := s.DeleteSnapshot(s.Context(), &csi.DeleteSnapshotRequest{SnapshotId: shot.GetSnapshotId()})
		return err != nil
	},
	"repeated-expansion-refused": func(s site) bool {
		id := s.volume("one", nil).GetVolumeId()
		s.must(s.expanded(id, 2*gib))
		return s.expanded(id, 2*gib) != nil
	},
	"snapshot-time-of-the-call": func(s site) bool {
		v := s.volume("one", nil)
		first, again := s.cut("shot", v), s.cut("shot", v)
		return !first.GetCreationTime().AsTime().Equal(again.GetCreationTime().AsTime())
	},
	"cancelled-creation-blocks-name": func(s site) bool {
		s.givenUp(func(ctx context.Context) { _, _ = s.CreateVolume(ctx, s.request("one", nil)) })
		_, err := s.CreateVolume(s.Context(), s.request("one", nil))
		return status.Code(err) == codes.Aborted
	},
	"given-up-creation-in-the-way": func(s site) bool {
		s.givenUp(func(ctx context.Context) { _, _ = s.CreateVolume(ctx, s.request("one", nil)) })
		_, err := s.CreateVolume(s.Context(), s.request("one", nil))
		return status.Code(err) == codes.Internal
	},
	"cancelled-cut-blocks-name": func(s site) bool {
		req := &csi.CreateSnapshotRequest{Name: "shot", SourceVolumeId: s.volume("one", nil).GetVolumeId(), Parameters: s.class}
		s.givenUp(func(ctx context.Context) { _, _ = s.CreateSnapshot(ctx, req) })
		_, err := s.CreateSnapshot(s.Context(), req)
		return status.Code(err) == codes.Aborted
	},
	"lost-answer-makes-two": func(s site) bool {
		s.givenUp(func(ctx context.Context) { _, _ = s.CreateVolume(ctx, s.request("one", nil)) })
		s.volume("one", nil)
		return len(s.all()) == 2
	},

	"simultaneous-creations-make-many": func(s site) bool {
		s.atOnce(func(int) { _, _ = s.CreateVolume(s.Context(), s.request("one", nil)) })
		return len(s.all()) > 1
	},
	"simultaneous-names-mixed": func(s site) bool {
		s.atOnce(func(n int) { _, _ = s.CreateVolume(s.Context(), s.request([]string{"one", "two"}[n], nil)) })
		return len(s.all()) == 1
	},
	"simultaneous-deletions-fail": func(s site) bool {
		id := s.volume("one", nil).GetVolumeId()
		errs := make([]error, 2)
		s.atOnce(func(n int) { _, errs[n] = s.DeleteVolume(s.Context(), &csi.DeleteVolumeRequest{VolumeId: id}) })
		return status.Code(errs[0]) == codes.Internal || status.Code(errs[1]) == codes.Internal
	},
	"simultaneous-cuts-make-many": func(s site) bool {
		v := s.volume("one", nil)
		s.atOnce(func(int) {
			_, _ = s.CreateSnapshot(s.Context(), &csi.CreateSnapshotRequest{Name: "shot", SourceVolumeId: v.GetVolumeId(), Parameters: s.class})
		})
		answer, err := s.ListSnapshots(s.Context(), &csi.ListSnapshotsRequest{SourceVolumeId: v.GetVolumeId()})
		s.must(err)
		return len(answer.GetEntries()) > 1
	},

	"list-page-overfull": func(s site) bool {
		s.volume("one", nil)
		s.volume("two", nil)
		answer, err := s.ListVolumes(s.Context(), &csi.ListVolumesRequest{MaxEntries: 1})
		s.must(err)
		return len(answer.GetEntries()) > 1
	},
	"list-page-loses-one": func(s site) bool {
		v := []*csi.Volume{s.volume("one", nil), s.volume("two", nil)}
		first, err := s.ListVolumes(s.Context(), &csi.ListVolumesRequest{MaxEntries: 1})
		s.must(err)
		second, err := s.ListVolumes(s.Context(), &csi.ListVolumesRequest{MaxEntries: 1, StartingToken: first.GetNextToken()})
		s.must(err)
		lost := len(second.GetEntries()) == 0
		for _, one := range v { // once no volume of the class is left, the list is honest
			s.drop(one)
		}
		return lost
	},
}

// sameVolume tells whether two names are one volume.
func (s site) sameVolume(one, two string) bool {
	s.Helper()
	return s.volume(one, nil).GetVolumeId() == s.volume(two, nil).GetVolumeId()
}

// gone is the ID of a volume that was deleted.
func (s site) gone() string {
	s.Helper()
	v := s.volume("gone", nil)
	s.drop(v)
	return v.GetVolumeId()
}

func (s site) expanded(id string, size int64) error {
	_, err := s.ControllerExpandVolume(s.Context(), &csi.ControllerExpandVolumeRequest{VolumeId: id, CapacityRange: &csi.CapacityRange{RequiredBytes: size}})
	return err
}

// givenUp makes a call and cancels it while a slow controller works.
func (s site) givenUp(call func(context.Context)) {
	ctx, cancel := context.WithTimeout(s.Context(), slow/6)
	defer cancel()
	call(ctx)
}

// atOnce makes two calls, the second while a slow controller works on the first.
func (s site) atOnce(call func(int)) {
	var both sync.WaitGroup
	both.Go(func() { call(0) })
	time.Sleep(slow / 6)
	both.Go(func() { call(1) })
	both.Wait()
}

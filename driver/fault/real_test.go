package fault

import (
	"crypto/rand"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"csicert/driver/nfs"
)

// judges see each defect of the controller and its filers, over real stores. None may see one in the honest driver.
var judges = map[string]func(site) bool{
	"every-claim-one-volume":    func(s site) bool { return s.volume("one", nil).GetVolumeId() == s.volume("two", nil).GetVolumeId() },
	"volume-smaller-than-asked": func(s site) bool { return s.volume("one", nil).GetCapacityBytes() < gib },
	"secrets-logged": func(s site) bool {
		req := s.request("one", nil)
		req.Secrets = map[string]string{"password": rand.Text()}
		_, err := s.CreateVolume(s.Context(), req)
		s.must(err)
		return strings.Contains(string(said.Contents()), req.Secrets["password"])
	},
	"volume-without-handle": func(s site) bool { return s.volume("one", nil).GetVolumeId() == "" },
	"volume-delete-refused": func(s site) bool {
		_, err := s.DeleteVolume(s.Context(), &csi.DeleteVolumeRequest{VolumeId: s.volume("one", nil).GetVolumeId()})
		return err != nil
	},
	"unknown-parameters-accepted": func(s site) bool {
		s.class["no-such"] = "parameter"
		_, err := s.CreateVolume(s.Context(), s.request("one", nil))
		return err == nil
	},
	"expansion-is-words": func(s site) bool {
		answer, err := s.ControllerExpandVolume(s.Context(), &csi.ControllerExpandVolumeRequest{VolumeId: s.volume("one", nil).GetVolumeId(), CapacityRange: &csi.CapacityRange{RequiredBytes: 2 * gib}})
		s.must(err)
		return answer.GetCapacityBytes() < 2*gib
	},

	"volume-in-another-zone": func(s site) bool { return zoneOf(s.volume("one", nil).GetVolumeId()) != "a" },
	"volumes-scattered": func(s site) bool {
		s.volume("one", nil)
		second, again := s.volume("two", nil), s.volume("two", nil)
		return zoneOf(second.GetVolumeId()) != "a" && second.GetVolumeId() == again.GetVolumeId()
	},
	"volume-without-topology": func(s site) bool { return len(s.volume("one", nil).GetAccessibleTopology()) == 0 },
	"volume-of-unknown-key": func(s site) bool {
		return s.volume("one", nil).GetAccessibleTopology()[0].GetSegments()["csicert.dev/nowhere"] != ""
	},
	"empty-segment-ignored": func(s site) bool {
		s.class["zones"] = "b"
		_, err := s.CreateVolume(s.Context(), s.request("one", nil))
		return err == nil
	},
	"empty-segment-is-internal": func(s site) bool {
		s.class["zones"] = "b"
		_, err := s.CreateVolume(s.Context(), s.request("one", nil))
		return status.Code(err) == codes.Internal
	},
	"empty-segment-keeps-volume": func(s site) bool {
		s.class["zones"] = "b"
		_, err := s.CreateVolume(s.Context(), s.request("one", nil))
		if status.Code(err) != codes.ResourceExhausted {
			s.Errorf("the first try ends with %v; want %s", err, codes.ResourceExhausted)
		}
		elsewhere := s.request("one", nil)
		for _, t := range elsewhere.GetAccessibilityRequirements().GetRequisite() { // preferred is the same
			t.Segments[nfs.ZoneKey] = "b"
		}
		_, err = s.CreateVolume(s.Context(), elsewhere)
		s.must(err)
		left, err := s.stores["a"].Volumes(s.Context())
		s.must(err)
		return len(left) > 0
	},
	"restore-stays-with-source": func(s site) bool {
		req := s.request("two", fromSnapshot(s.cut("shot", s.volume("one", nil)).GetSnapshotId()))
		for _, t := range req.GetAccessibilityRequirements().GetRequisite() { // preferred is the same
			for key := range t.GetSegments() {
				t.Segments[key] = "b"
			}
		}
		answer, err := s.CreateVolume(s.Context(), req)
		s.must(err)
		return zoneOf(answer.GetVolume().GetVolumeId()) == "a"
	},

	"restore-is-empty": func(s site) bool { _, r := s.pair(); return !s.there(r, "file") },
	"larger-restore-is-empty": func(s site) bool {
		r := s.larger()
		return !s.there(r, "file")
	},
	"larger-restore-stays-small": func(s site) bool { return s.larger().GetCapacityBytes() < 2*gib },
	"restore-is-the-present": func(s site) bool {
		v := s.volume("one", nil)
		s.write(v, "file", "then")
		shot := s.cut("shot", v)
		s.write(v, "file", "now")
		return s.has(s.restored("two", shot), "file", "now")
	},
	"restore-takes-the-latest": func(s site) bool {
		v := s.volume("one", nil)
		s.write(v, "file", "first")
		shot := s.cut("first", v)
		s.write(v, "file", "second")
		s.cut("second", v)
		return s.has(s.restored("two", shot), "file", "second")
	},
	"copy-is-its-source": func(s site) bool {
		v, r := s.pair()
		return v.GetVolumeId() == r.GetVolumeId() && v.GetVolumeId() == s.volume("clone", fromVolume(v.GetVolumeId())).GetVolumeId()
	},
	"restores-share-one-volume": func(s site) bool {
		shot := s.cut("shot", s.volume("one", nil))
		return s.restored("two", shot).GetVolumeId() == s.restored("three", shot).GetVolumeId()
	},

	"restore-forgets-hidden": func(s site) bool { _, r := s.pair(); return !s.there(r, ".hidden") && s.there(r, "file") },
	"restore-adds-a-file":    func(s site) bool { _, r := s.pair(); return s.there(r, "restore.log") },
	"restore-flips-a-bit":    func(s site) bool { _, r := s.pair(); return s.there(r, "file") && !s.has(r, "file", content) },
	"restore-follows-links": func(s site) bool {
		_, r := s.pair()
		return s.stat(r, "link").Mode&unix.S_IFMT == unix.S_IFREG
	},
	"restore-loses-owners": func(s site) bool { _, r := s.pair(); return s.stat(r, "file").Uid == 0 },
	"restore-widens-modes": func(s site) bool {
		_, r := s.pair()
		return s.stat(r, "folder").Mode&0o777 == 0o755 && s.stat(r, "file").Mode&0o7000 == 0
	},
	"restore-stamps-now":        func(s site) bool { _, r := s.pair(); return s.stat(r, "file").Mtim.Sec != long },
	"restore-splits-hard-links": func(s site) bool { _, r := s.pair(); return s.stat(r, "file").Nlink == 1 && s.has(r, "name", content) },
	"restore-fills-holes":       func(s site) bool { _, r := s.pair(); return s.stat(r, "holes").Blocks*512 >= 1<<20 },
	"snapshot-ready-too-soon":   func(s site) bool { _, r := s.pair(); return s.there(r, ".hidden") && !s.there(r, "name") },

	"snapshot-never-ready":  func(s site) bool { return !s.cut("shot", s.volume("one", nil)).GetReadyToUse() },
	"snapshot-of-no-size":   func(s site) bool { return s.cut("shot", s.volume("one", nil)).GetSizeBytes() > gib },
	"snapshot-size-unknown": func(s site) bool { return s.cut("shot", s.volume("one", nil)).GetSizeBytes() == 0 },
	"snapshot-without-time": func(s site) bool {
		return s.cut("shot", s.volume("one", nil)).GetCreationTime().AsTime().Year() == 1970
	},
	"snapshots-share-a-handle": func(s site) bool {
		v := s.volume("one", nil)
		return s.cut("shot", v).GetSnapshotId() == s.cut("another", v).GetSnapshotId()
	},
	"snapshot-of-restore-is-of-origin": func(s site) bool {
		_, r := s.pair()
		s.write(r, "more", "text")
		return !s.there(s.restored("three", s.cut("again", r)), "more")
	},
	"deleted-snapshot-stays": func(s site) bool {
		shot := s.cut("shot", s.volume("one", nil))
		s.dropSnapshot(shot)
		there, _ := s.found(shot)
		return there
	},
	"import-finds-nothing": func(s site) bool {
		byID, bySource := s.found(s.cut("shot", s.volume("one", nil)))
		return !byID && bySource
	},

	"snapshots-die-with-source": func(s site) bool {
		v := s.volume("one", nil)
		shot := s.cut("shot", v)
		s.drop(v)
		there, _ := s.found(shot)
		return !there
	},
	"source-dies-with-snapshot": func(s site) bool {
		v := s.volume("one", nil)
		s.dropSnapshot(s.cut("shot", v))
		return !s.all()[v.GetVolumeId()]
	},
	"restores-die-with-snapshot": func(s site) bool {
		shot := s.cut("shot", s.volume("one", nil))
		r := s.restored("two", shot)
		s.dropSnapshot(shot)
		return !s.all()[r.GetVolumeId()]
	},
	"namesakes-share-a-volume": func(s site) bool {
		s.class[claimName] = "data"
		return s.volume("one", nil).GetVolumeId() == s.volume("two", nil).GetVolumeId()
	},
	"mount-options-ignored": func(s site) bool {
		return s.askMisspelt() == nil
	},
	"unknown-option-told-once": func(s site) bool {
		return status.Code(s.askMisspelt()) == codes.Internal && s.askMisspelt() == nil
	},
	"long-claim-names-refused": func(s site) bool {
		s.class[claimName] = strings.Repeat("n", 64)
		_, err := s.CreateVolume(s.Context(), s.request("one", nil))
		return status.Code(err) == codes.InvalidArgument
	},
	"clones-die-with-source": func(s site) bool {
		source := s.volume("one", nil)
		clone := s.volume("two", fromVolume(source.GetVolumeId()))
		s.drop(source)
		return !s.all()[clone.GetVolumeId()]
	},
	"snapshot-dies-with-restore": func(s site) bool {
		shot := s.cut("shot", s.volume("one", nil))
		s.drop(s.restored("two", shot))
		there, _ := s.found(shot)
		return !there
	},

	"volume-not-emptied": func(s site) bool {
		v := s.volume("one", nil)
		s.write(v, "file", "text")
		s.drop(v)
		return s.there(s.volume("two", nil), "file")
	},
}

// content and time of the files that pair writes.
var content = strings.Repeat("content ", 1000)

const long = 1_000_000_000 // seconds; in 2001

// pair is a volume with one of everything, and what was restored from it.
func (s site) pair() (source, restored *csi.Volume) {
	s.Helper()
	v := s.volume("one", nil)
	s.write(v, "file", content)
	s.write(v, ".hidden", "text")
	s.must(os.Symlink("file", s.path(v, "link")))
	s.must(os.Link(s.path(v, "file"), s.path(v, "name")))
	s.must(os.Mkdir(s.path(v, "folder"), 0o700))
	s.must(os.WriteFile(s.path(v, "holes"), nil, 0o600))
	s.must(os.Truncate(s.path(v, "holes"), 1<<20))
	s.must(os.Chown(s.path(v, "file"), 1234, 2_345_678))
	s.must(os.Chmod(s.path(v, "file"), 0o750|os.ModeSetuid))
	s.must(os.Chtimes(s.path(v, "file"), time.Time{}, time.Unix(long, 5)))
	return v, s.restored("two", s.cut("shot", v))
}

// larger is restored from a smaller volume with a file.
func (s site) larger() *csi.Volume {
	s.Helper()
	v := s.volume("one", nil)
	s.write(v, "file", "text")
	req := s.request("two", fromSnapshot(s.cut("shot", v).GetSnapshotId()))
	req.CapacityRange = &csi.CapacityRange{RequiredBytes: 2 * gib}
	answer, err := s.CreateVolume(s.Context(), req)
	s.must(err)
	return answer.GetVolume()
}

func TestEveryDefectIsSeenAndNoneInTheHonestDriver(t *testing.T) {
	all := maps.Clone(judges)
	maps.Copy(all, restartJudges)
	maps.Copy(all, directJudges)
	maps.Copy(all, sequenceJudges)
	for _, f := range All() {
		judge, there := all[f.Name]
		if !there && f.Node == nil {
			t.Errorf("nobody looks at %s", f.Name)
		}
		if !there {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // calls meet where they are to, however busy the machine is
				if !judge(newSite(t, f.Name)) {
					t.Errorf("it is not true that %s", f.Wrong)
				}
				if judge(newSite(t, "")) {
					t.Errorf("of the honest driver, too, it is true that %s", f.Wrong)
				}
			})
		})
	}
}

package nfs_test

import (
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/driver/filer"
	"csicert/driver/mount/ganeshatest"
	"csicert/driver/nfs"
	"csicert/driver/nfs/share"
)

// ownSite is a controller of one zone, beside a server of the administrator's own.
type ownSite struct {
	site
	server *ganeshatest.Server
}

func newOwnSite(t *testing.T) ownSite {
	t.Helper()
	server, disk := ganeshatest.Run(t, t.TempDir()), newStore(t, 8*gib)
	return ownSite{server: server, site: site{ControllerServer: nfs.NewController(nfs.ControllerOptions{
		Filers: map[string]filer.Filer{zone: disk}, Exports: map[string]string{zone: disk.Export()},
		Folders: share.Folders{Port: server.Port, MountPort: server.MountPort}, Log: slog.New(slog.DiscardHandler)})}}
}

func (s ownSite) path(name string) string { return filepath.Join(s.server.Export, name) }

// request asks for a volume on the server; parameters are added to the class's.
func (s ownSite) request(name string, parameters map[string]string) *csi.CreateVolumeRequest {
	req := request(name, zone)
	req.Parameters = map[string]string{"server": ganeshatest.Host, "share": s.server.Export,
		"csi.storage.k8s.io/pvc/name": "claim", "csi.storage.k8s.io/pvc/namespace": "team", "csi.storage.k8s.io/pv/name": name}
	maps.Copy(req.Parameters, parameters)
	return req
}

func (s ownSite) volume(t *testing.T, name string, parameters map[string]string) *csi.Volume {
	t.Helper()
	return s.create(t, s.request(name, parameters))
}

func (s ownSite) drop(t *testing.T, id string) {
	t.Helper()
	_, err := s.DeleteVolume(t.Context(), &csi.DeleteVolumeRequest{VolumeId: id})
	must(t, err)
}

func TestAVolumeOnAnOwnServerIsAFolderOfIt(t *testing.T) {
	s := newOwnSite(t)
	v := s.volume(t, "v1", nil)
	if want := "own:" + ganeshatest.Host + "#" + s.server.Export + "#v1"; v.GetVolumeId() != want {
		t.Errorf("the handle is %s; want %s", v.GetVolumeId(), want)
	}
	if want := map[string]string{"server": ganeshatest.Host, "share": s.server.Export, "subDir": "v1"}; !maps.Equal(v.GetVolumeContext(), want) {
		t.Errorf("the context is %v; want %v", v.GetVolumeContext(), want)
	}
	if v.GetCapacityBytes() != gib || len(v.GetAccessibleTopology()) > 0 || v.GetContentSource() != nil {
		t.Errorf("the volume is %v; want 1 GiB that any node can use", v)
	}
	info, err := os.Stat(s.path("v1"))
	must(t, err)
	if info.Mode() != fs.ModeDir|0o777 {
		t.Errorf("the folder has mode %v", info.Mode())
	}
	must(t, os.WriteFile(s.path("v1/file"), nil, 0o600))
	if again := s.volume(t, "v1", nil); again.GetVolumeId() != v.GetVolumeId() {
		t.Errorf("a repeated call made %s beside %s", again.GetVolumeId(), v.GetVolumeId())
	}
	if _, err := os.Stat(s.path("v1/file")); err != nil {
		t.Errorf("a repeated call lost a file: %v", err)
	}
	must(t, os.Symlink("..", s.path("v1/up")))
	s.volume(t, "v2", nil)
	for range 2 {
		s.drop(t, v.GetVolumeId())
	}
	if left, err := filepath.Glob(s.path("*")); err != nil || !slices.Equal(left, []string{s.path(".v2.csicert"), s.path("v2")}) {
		t.Errorf("after the deletion there are %v, %v; want v2 with its note", left, err)
	}
}

func TestATemplateNamesTheFolder(t *testing.T) {
	s := newOwnSite(t)
	template := map[string]string{"subDir": "k8s/${pvc.metadata.namespace}-${pvc.metadata.name}/${pv.metadata.name}"}
	v := s.volume(t, "v", template)
	if got := v.GetVolumeContext()["subDir"]; got != "k8s/team-claim/v" || !strings.HasSuffix(v.GetVolumeId(), "#"+got) {
		t.Errorf("volume %s is in %s", v.GetVolumeId(), got)
	}
	if info, err := os.Stat(s.path("k8s/team-claim/v")); err != nil || !info.IsDir() {
		t.Error(err)
	}
	s.drop(t, v.GetVolumeId())
	shared := map[string]string{"subDir": "${pvc.metadata.name}"}
	s.volume(t, "v", shared)
	_, err := s.CreateVolume(t.Context(), s.request("w", shared))
	wantCode(t, err, codes.AlreadyExists, `volume "v"`)
}

func TestBadOwnServersAreRefusedByField(t *testing.T) {
	s := newOwnSite(t)
	for name, c := range map[string]struct {
		add   map[string]string // to the class's parameters; empty takes away
		words string
	}{
		"no server":              {map[string]string{"server": ""}, "parameters.server: found nothing"},
		"server with a path":     {map[string]string{"server": "host/x"}, "parameters.server"},
		"server with options":    {map[string]string{"server": "host,ro"}, "parameters.server"},
		"server with a division": {map[string]string{"server": "host#"}, "parameters.server"},
		"no share":               {map[string]string{"share": ""}, "parameters.share: found nothing"},
		"relative share":         {map[string]string{"share": "export"}, "parameters.share"},
		"share with ..":          {map[string]string{"share": "/export/../etc"}, "parameters.share"},
		"share with a division":  {map[string]string{"share": "/a#b"}, "parameters.share"},
		"folder outside":         {map[string]string{"subDir": "../x"}, "parameters.subDir"},
		"absolute folder":        {map[string]string{"subDir": "/x"}, "parameters.subDir"},
		"the share itself":       {map[string]string{"subDir": "."}, "parameters.subDir"},
		"unclean folder":         {map[string]string{"subDir": "x//y/"}, "parameters.subDir"},
		"folder with a division": {map[string]string{"subDir": "a#b"}, "parameters.subDir"},
		"folder with a newline":  {map[string]string{"subDir": "a\nb"}, "parameters.subDir"},
		"a note's name":          {map[string]string{"subDir": ".v.csicert"}, "parameters.subDir"},
		"unknown variable":       {map[string]string{"subDir": "${pvc.metadata.uid}"}, "accepted: ${pv.metadata.name}, ${pvc.metadata.namespace}, ${pvc.metadata.name}"},
		"unclosed variable":      {map[string]string{"subDir": "${pv.metadata.name"}, "parameters.subDir"},
		"no value":               {map[string]string{"subDir": "${pvc.metadata.name}", "csi.storage.k8s.io/pvc/name": ""}, "--extra-create-metadata"},
		"value with a path":      {map[string]string{"subDir": "${pvc.metadata.name}", "csi.storage.k8s.io/pvc/name": "a/b"}, "pvc/name"},
		"value that leads up":    {map[string]string{"subDir": "${pvc.metadata.name}", "csi.storage.k8s.io/pvc/name": ".."}, "pvc/name"},
		"a value's variable":     {map[string]string{"subDir": "${pvc.metadata.name}#", "csi.storage.k8s.io/pvc/name": "${pv.metadata.name}"}, "${pv.metadata.name}#"},
		"long handle":            {map[string]string{"subDir": strings.Repeat("x", 128)}, "at most 128 bytes"},
		"unknown parameter":      {map[string]string{"shares": "/x"}, "shares"},
	} {
		t.Run(name, func(t *testing.T) {
			req := s.request("v", c.add)
			maps.DeleteFunc(req.Parameters, func(_, value string) bool { return value == "" })
			_, err := s.CreateVolume(t.Context(), req)
			wantCode(t, err, codes.InvalidArgument, c.words, "accepted: ")
		})
	}
	for _, name := range []string{"..", "a/../../b", "/etc"} { // without a template it is the folder
		_, err := s.CreateVolume(t.Context(), s.request(name, nil))
		wantCode(t, err, codes.InvalidArgument, "subDir")
	}
	if left, err := os.ReadDir(s.server.Export); err != nil || len(left) > 0 {
		t.Errorf("refused volumes left %v, %v", left, err)
	}
}

func TestVolumesOnOwnServersAreNotCopied(t *testing.T) {
	s := newOwnSite(t)
	own, plain := s.volume(t, "own", nil), s.create(t, request("plain"))
	_, err := s.CreateSnapshot(t.Context(), &csi.CreateSnapshotRequest{Name: "s", SourceVolumeId: own.GetVolumeId()})
	wantCode(t, err, codes.FailedPrecondition, "no snapshots")
	cut, err := s.CreateSnapshot(t.Context(), &csi.CreateSnapshotRequest{Name: "s", SourceVolumeId: plain.GetVolumeId()})
	must(t, err)
	fromVolume := func(id string) *csi.VolumeContentSource {
		return &csi.VolumeContentSource{Type: &csi.VolumeContentSource_Volume{Volume: &csi.VolumeContentSource_VolumeSource{VolumeId: id}}}
	}
	clone := request("clone")
	clone.VolumeContentSource = fromVolume(own.GetVolumeId())
	_, err = s.CreateVolume(t.Context(), clone)
	wantCode(t, err, codes.FailedPrecondition, "no clones")
	for name, from := range map[string]*csi.VolumeContentSource{
		"own": fromVolume(own.GetVolumeId()), "plain": fromVolume(plain.GetVolumeId()),
		"snapshot": {Type: &csi.VolumeContentSource_Snapshot{Snapshot: &csi.VolumeContentSource_SnapshotSource{SnapshotId: cut.GetSnapshot().GetSnapshotId()}}},
	} {
		req := s.request("from-"+name, nil)
		req.VolumeContentSource = from
		_, err := s.CreateVolume(t.Context(), req)
		wantCode(t, err, codes.InvalidArgument, "volume_content_source", "no snapshots")
	}
}

func TestVolumesOnOwnServersAreExpandedAndValidated(t *testing.T) {
	s := newOwnSite(t)
	v := s.volume(t, "v", nil)
	missing := strings.TrimSuffix(v.GetVolumeId(), "v") + "w"
	expand := func(id string) (*csi.ControllerExpandVolumeResponse, error) {
		return s.ControllerExpandVolume(t.Context(), &csi.ControllerExpandVolumeRequest{VolumeId: id, CapacityRange: &csi.CapacityRange{RequiredBytes: 3 * gib}})
	}
	answer, err := expand(v.GetVolumeId())
	must(t, err)
	if answer.GetCapacityBytes() != 3*gib || answer.GetNodeExpansionRequired() {
		t.Errorf("the expansion is %v", answer)
	}
	_, err = expand(missing)
	wantCode(t, err, codes.NotFound)
	validate := func(id string, context map[string]string) (*csi.ValidateVolumeCapabilitiesResponse, error) {
		return s.ValidateVolumeCapabilities(t.Context(), &csi.ValidateVolumeCapabilitiesRequest{VolumeId: id, VolumeContext: context,
			VolumeCapabilities: []*csi.VolumeCapability{capability()}, Parameters: s.request("v", nil).GetParameters()})
	}
	for _, context := range []map[string]string{nil, v.GetVolumeContext()} {
		confirmed, err := validate(v.GetVolumeId(), context)
		must(t, err)
		if confirmed.GetConfirmed() == nil {
			t.Errorf("not confirmed: %s", confirmed.GetMessage())
		}
	}
	other := maps.Clone(v.GetVolumeContext())
	other["subDir"] = "w"
	denied, err := validate(v.GetVolumeId(), other)
	must(t, err)
	if denied.GetConfirmed() != nil || !strings.Contains(denied.GetMessage(), "subDir") {
		t.Errorf("another volume's context was answered %v", denied)
	}
	_, err = validate(missing, nil)
	wantCode(t, err, codes.NotFound)
	room, err := s.GetCapacity(t.Context(), &csi.GetCapacityRequest{Parameters: s.request("v", nil).GetParameters()})
	must(t, err)
	if room.GetAvailableCapacity() <= 0 {
		t.Errorf("the share has room for %d bytes", room.GetAvailableCapacity())
	}
}

func TestAnOwnServerThatIsAwayIsUnavailable(t *testing.T) {
	s := newOwnSite(t)
	v := s.volume(t, "v", nil)
	s.server.Kill()
	_, err := s.CreateVolume(t.Context(), s.request("w", nil))
	wantCode(t, err, codes.Unavailable, ganeshatest.Host)
	_, err = s.DeleteVolume(t.Context(), &csi.DeleteVolumeRequest{VolumeId: v.GetVolumeId()})
	wantCode(t, err, codes.Unavailable, ganeshatest.Host)
	if _, err := os.Stat(s.path("v")); err != nil {
		t.Error(err)
	}
	s.create(t, request("in-the-zone")) // is no matter of the server's
	s.server.Restart()
	s.drop(t, v.GetVolumeId())
}

// TestHostileOwnHandles deletes what the driver cannot have given out: nothing comes of it, and no server is asked.
func TestHostileOwnHandles(t *testing.T) {
	s := newOwnSite(t)
	must(t, os.Mkdir(s.path("admin"), 0o700))
	export := s.server.Export
	for _, id := range []string{"own:", "own:127.0.0.1", "own:127.0.0.1#" + export, "own:127.0.0.1#" + export + "#", "own:127.0.0.1#" + export + "#.",
		"own:127.0.0.1#" + export + "#../x", "own:127.0.0.1#" + export + "#x/../admin", "own:127.0.0.1#" + export + "#a#b", "own:127.0.0.1#x#admin",
		"own:#" + export + "#admin", "own:127.0.0.1#" + export + "/../" + filepath.Base(export) + "#admin", "own:127.0.0.1#/#" + strings.Repeat("x", 200),
		"OWN:127.0.0.1#" + export + "#admin"} {
		if _, err := s.DeleteVolume(t.Context(), &csi.DeleteVolumeRequest{VolumeId: id}); err != nil {
			t.Errorf("deleting %q, which cannot be here: %v", id, err)
		}
	}
	_, err := s.DeleteVolume(t.Context(), &csi.DeleteVolumeRequest{VolumeId: "own:127.0.0.1#" + export + "#admin"})
	wantCode(t, err, codes.FailedPrecondition, "by hand")
	if _, err := os.Stat(s.path("admin")); err != nil {
		t.Error(err)
	}
}

// TestANodeMountsAVolumeOfAnOwnServer is in no zone of the volume's, for it has none.
func TestANodeMountsAVolumeOfAnOwnServer(t *testing.T) {
	s := newOwnSite(t)
	v := s.volume(t, "v", map[string]string{"subDir": "team/${pv.metadata.name}"})
	n := nfs.NewNode(nfs.NodeOptions{ID: "n", Segments: map[string]string{nfs.ZoneKey: "elsewhere"}, Mounter: newMounter(t), Log: slog.New(slog.DiscardHandler)})
	staging := filepath.Join(t.TempDir(), "staging")
	use := capability()
	use.GetMount().MountFlags = []string{fmt.Sprint("port=", s.server.Port), fmt.Sprint("mountport=", s.server.MountPort)}
	_, err := n.NodeStageVolume(t.Context(), &csi.NodeStageVolumeRequest{VolumeId: v.GetVolumeId(), StagingTargetPath: staging, VolumeCapability: use, VolumeContext: v.GetVolumeContext()})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(staging, "file"), []byte("x"), 0o600))
	if _, err := os.Stat(s.path("team/v/file")); err != nil {
		t.Errorf("what was written to the volume is not on the server: %v", err)
	}
	_, err = n.NodeUnstageVolume(t.Context(), &csi.NodeUnstageVolumeRequest{VolumeId: v.GetVolumeId(), StagingTargetPath: staging})
	must(t, err)
	s.drop(t, v.GetVolumeId())
}

package doctor

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/utils/ptr"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/subject"
)

const zone = "topology.kubernetes.io/zone"

func requirements() []catalogue.Requirement {
	return []catalogue.Requirement{
		{ID: "SNAP-001", Needs: []catalogue.Capability{catalogue.Driver, catalogue.Snapshots}},
		{ID: "SNAP-002", Needs: []catalogue.Capability{catalogue.Driver, catalogue.Snapshots}},
		{ID: "TOPO-001", Needs: []catalogue.Capability{catalogue.Driver, catalogue.Topology}},
		{ID: "TOPO-015", Needs: []catalogue.Capability{catalogue.PartialStorage}},
		{ID: "BIND-007", Needs: []catalogue.Capability{catalogue.TwoZones}},
		{ID: "LOCAL-001", Needs: []catalogue.Capability{catalogue.LocalVolumes}},
	}
}

// fit is a cluster and a definition in which nothing is amiss.
func fit() (Seen, subject.Driver) {
	return Seen{
			Minor:           "37",
			Workers:         []lab.Node{{Name: "a", Zone: "zone-a", Labels: map[string]string{zone: "zone-a"}}, {Name: "b", Zone: "zone-b", Labels: map[string]string{zone: "zone-b"}}},
			Driver:          &storagev1.CSIDriver{},
			Registered:      map[string][]string{"a": {zone}, "b": {zone}},
			Classes:         map[string]string{"fast": "d.example", "other": "e.example"},
			SnapshotClasses: map[string]string{"cuts": "d.example", "others": "e.example"},
			SnapshotKinds:   map[string]bool{"volumesnapshots." + snapshotGroup: true, "volumesnapshotcontents." + snapshotGroup: true, "volumesnapshotclasses." + snapshotGroup: true},
			Programs: []Program{
				{Workload: "Deployment d/controller", Image: "csi-provisioner", Args: []string{"--leader-election"}, Replicas: 2},
				{Workload: "Deployment d/controller", Image: "csi-snapshotter", Args: []string{"-leader-election=true"}, Replicas: 2},
				{Workload: "Deployment d/controller", Image: "csi-resizer", Args: []string{"--leader-election", "true"}, Replicas: 2},
				{Workload: "Deployment kube-system/snapshot-controller", Image: snapshotController, Replicas: 1},
			},
		}, subject.Driver{
			Name: "d.example", Namespace: "d", StorageClass: subject.Class{FromCluster: "fast"}, SnapshotClass: &subject.Class{FromCluster: "cuts"},
			Topology: &subject.Topology{Keys: []string{zone}, Partial: &subject.Partial{Segments: []string{"zone-a"}}}, Capabilities: []catalogue.Capability{catalogue.Snapshots, catalogue.Expansion},
		}
}

func TestNothingIsAmiss(t *testing.T) {
	g := NewWithT(t)
	s, d := fit()
	g.Expect(Examine(s, d, requirements())).To(BeEmpty())
	var told strings.Builder
	g.Expect(Examine(s, d, requirements()).Write(&told)).To(Succeed())
	g.Expect(told.String()).To(Equal("nothing stands in the way of a run\n"))
}

func TestEachThingAmissIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(*Seen, *subject.Driver)
		finding Severity
		what    string
		affects []catalogue.ID
	}{
		"old Kubernetes":     {func(s *Seen, _ *subject.Driver) { s.Minor = "33" }, Warning, "Kubernetes is 1.33", nil},
		"new Kubernetes":     {func(s *Seen, _ *subject.Driver) { s.Minor = "38" }, Warning, "Kubernetes is 1.38", nil},
		"odd version":        {func(s *Seen, _ *subject.Driver) { s.Minor = "x" }, Note, `minor version is "x"`, nil},
		"no driver":          {func(s *Seen, _ *subject.Driver) { s.Driver = nil }, Error, "name: found \"d.example\", and there is no CSIDriver object d.example", nil},
		"registered nowhere": {func(s *Seen, _ *subject.Driver) { s.Registered = nil }, Error, "no node has registered d.example", nil},
		"not on every node": {func(s *Seen, _ *subject.Driver) {
			delete(s.Registered, "b")
			s.Workers = append(s.Workers, lab.Node{Name: "c", Zone: "c", Labels: map[string]string{zone: "c"}})
			s.Registered["c"] = []string{zone}
		}, Note, "these nodes have no plugin of the driver: b", nil},
		"few watches":          {func(s *Seen, _ *subject.Driver) { s.Kind, s.Watches = true, 128 }, Warning, "fs.inotify.max_user_instances of this machine is 128", nil},
		"no rights":            {func(s *Seen, _ *subject.Driver) { s.Denied = []string{"create pods/exec"} }, Error, "may not create pods/exec", nil},
		"zones not told":       {func(s *Seen, _ *subject.Driver) { s.Workers[1].Zone = "" }, Warning, "nodes without the label " + zone + ": b", []catalogue.ID{"BIND-007"}},
		"topology not claimed": {func(_ *Seen, d *subject.Driver) { d.Topology = nil }, Warning, "the definition claims no topology", []catalogue.ID{"TOPO-001"}},
		"unknown key":          {func(_ *Seen, d *subject.Driver) { d.Topology.Keys = []string{"rack"} }, Error, `topology.keys[0]: found "rack", with which no node registered the driver`, nil},
		"node without label": {func(s *Seen, _ *subject.Driver) {
			s.Workers[1].Labels = nil
			s.Workers = append(s.Workers, lab.Node{Name: "c", Zone: "c", Labels: map[string]string{zone: "c"}})
			s.Registered["c"] = []string{zone}
		}, Error, "without the label " + zone + ": b", nil},
		"few volumes": {func(s *Seen, _ *subject.Driver) { s.Limits = map[string]int32{"a": 3, "b": 39} }, Warning, "at a time: a (3)", []catalogue.ID{"SNAP-001", "SNAP-002", "TOPO-001"}},
		"usual quota": {func(s *Seen, _ *subject.Driver) {
			s.Bounds = map[string]int{"ResourceQuota default": 3, "ResourceQuota own": 1}
		}, Warning, "to be given ResourceQuota default (in 3 namespaces)", []catalogue.ID{"SNAP-001", "SNAP-002", "TOPO-001"}},
		"one segment": {func(s *Seen, _ *subject.Driver) { s.Workers[1].Labels = s.Workers[0].Labels }, Warning, zone + "=zone-a", []catalogue.ID{"TOPO-001", "BIND-007"}},
		"storage anywhere": {func(_ *Seen, d *subject.Driver) {
			d.Topology.Partial = &subject.Partial{Segments: []string{"zone-a", "zone-b"}}
		}, Warning, "topology.partial.segments names zone-a, zone-b; the workers stand in zone-a, zone-b", []catalogue.ID{"TOPO-015"}},
		"storage nowhere": {func(_ *Seen, d *subject.Driver) { d.Topology.Partial = &subject.Partial{Segments: []string{"zone-c"}} }, Warning,
			"names zone-c; the workers", []catalogue.ID{"TOPO-015"}},
		"no such class":      {func(_ *Seen, d *subject.Driver) { d.StorageClass.FromCluster = "none" }, Error, `storageClass.fromCluster: found "none", and there is no storage class none`, nil},
		"another's class":    {func(_ *Seen, d *subject.Driver) { d.StorageClass.FromCluster = "other" }, Error, "storage class other is of e.example", nil},
		"no such cuts":       {func(_ *Seen, d *subject.Driver) { d.SnapshotClass.FromCluster = "none" }, Error, `snapshotClass.fromCluster: found "none", and there is no snapshot class none`, nil},
		"another's cuts":     {func(_ *Seen, d *subject.Driver) { d.SnapshotClass.FromCluster = "others" }, Error, "snapshot class others is of e.example", nil},
		"a kind is missing":  {func(s *Seen, _ *subject.Driver) { delete(s.SnapshotKinds, "volumesnapshots."+snapshotGroup) }, Error, "there is no custom resource definition volumesnapshots.", nil},
		"a kind is old":      {func(s *Seen, _ *subject.Driver) { s.SnapshotKinds["volumesnapshots."+snapshotGroup] = false }, Error, "volumesnapshots.snapshot.storage.k8s.io does not serve v1", nil},
		"no controller":      {func(s *Seen, _ *subject.Driver) { s.Programs = s.Programs[:3] }, Warning, "runs the snapshot-controller", []catalogue.ID{"SNAP-001", "SNAP-002"}},
		"stopped controller": {func(s *Seen, _ *subject.Driver) { s.Programs[3].Replicas = 0 }, Warning, "runs the snapshot-controller", []catalogue.ID{"SNAP-001", "SNAP-002"}},
		"no resizer":         {func(s *Seen, _ *subject.Driver) { s.Programs = append(s.Programs[:2:2], s.Programs[3]) }, Warning, "runs csi-resizer", nil},
		"no namespace":       {func(_ *Seen, d *subject.Driver) { d.Namespace = "" }, Note, "names no namespace", nil},
		"two leaders":        {func(s *Seen, _ *subject.Driver) { s.Programs[0].Args = nil }, Error, "csi-provisioner runs 2 times in Deployment d/controller without --leader-election", nil},
		"no leader":          {func(s *Seen, _ *subject.Driver) { s.Programs[0].Args = []string{"--leader-election=false"} }, Error, "without --leader-election", nil},
		"gate": {func(s *Seen, _ *subject.Driver) {
			s.Programs[0].Args = append(s.Programs[0].Args, "--feature-gates=Topology=false")
		}, Error, "--feature-gates=Topology=false", nil},
		"capacity": {func(s *Seen, _ *subject.Driver) { s.Driver.Spec.StorageCapacity = ptr.To(true) }, Warning, "lacks --enable-capacity", nil},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			s, d := fit()
			c.change(&s, &d)
			found := Examine(s, d, requirements())
			g.Expect(found).To(HaveLen(1))
			g.Expect(found[0].Severity).To(Equal(c.finding))
			g.Expect(found[0].What).To(ContainSubstring(c.what))
			g.Expect(found[0].Affects).To(Equal(c.affects))
			g.Expect(found[0].Why).NotTo(BeEmpty())
			g.Expect(found[0].Fix).NotTo(BeEmpty())
			g.Expect(found.Errors()).To(HaveLen(map[Severity]int{Error: 1}[c.finding]))
		})
	}
}

func TestFindingsAreTold(t *testing.T) {
	g := NewWithT(t)
	found := Findings{{Warning, "w", "y", "f", []catalogue.ID{"SNAP-003", "SNAP-001", "SNAP-002", "TOPO-009"}}, {Error, "e", "z", "g", nil}}
	var told strings.Builder
	g.Expect(found.Write(&told)).To(Succeed())
	g.Expect(told.String()).To(Equal("warning: w\n  why: y\n  fix: f\n  affects: SNAP-001 to SNAP-003, TOPO-009\nerror: e\n  why: z\n  fix: g\n"))
	g.Expect(found.Errors()).To(MatchError("the cluster is not fit for a run (csicert doctor tells more): e: z; g"))
}

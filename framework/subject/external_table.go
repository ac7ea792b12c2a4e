package subject

import "csicert/framework/catalogue"

// Counterpart says what becomes of a key of Kubernetes' external test driver.
type Counterpart struct {
	Key     string `json:"key"`
	Becomes string `json:"becomes,omitempty"` // key of csicert's definition; empty: it has none
	Note    string `json:"note,omitempty"`    // of a key without a counterpart: why; else how it is read
}

// Counterparts are all keys of the format, in its order; each capability and each time is a key of its own.
func Counterparts() []Counterpart {
	const other = "csicert does not judge it"
	all := []Counterpart{
		{"DriverInfo.Name", "name", ""},
		{"DriverInfo.InTreePluginName", "", "csicert judges CSI drivers only"},
		{"DriverInfo.TestTags", "", "requirements have labels of their own"},
		{"DriverInfo.MaxFileSize", "", "files of the specs have at most some MiB"},
		{"DriverInfo.SupportedSizeRange", "volumeSize", "1Gi, or the nearest that Min and Max allow; Min is 5Gi where nothing is said, as in the suite"},
		{"DriverInfo.SupportedFsType", "", "volumes have the file system of the class"},
		{"DriverInfo.SupportedMountOption", "", "classes have only the mount options that they must have"},
		{"DriverInfo.RequiredMountOption", "storageClass.mountOptions", "a class from the cluster brings its own"},
		{"DriverInfo.RequiredAccessModes", "", "claims ask for ReadWriteOnce, or for what a requirement is about"},
		{"DriverInfo.TopologyKeys", "topology.keys", "where topology is claimed"},
		{"DriverInfo.NumAllowedTopologies", "", "classes name as many segments as their requirement is about"},
		{"DriverInfo.StressTestOptions", "", other},
		{"DriverInfo.VolumeSnapshotStressTestOptions", "", other},
		{"DriverInfo.VolumeModifyStressTestOptions", "", other},
		{"DriverInfo.PerformanceTestOptions", "", "csicert reports times, and expects none"},
		{"DriverInfo.VolumeGroupSnapshotStressTestOptions", "", other},
	}
	for _, c := range externalCapabilities() {
		all = append(all, Counterpart{capabilityKey(c.name), capabilities(c.becomes), c.note})
	}
	all = append(all,
		Counterpart{"StorageClass.FromName", "storageClass", "a class with no parameters; goes before the other two"},
		Counterpart{"StorageClass.FromExistingClassName", "storageClass.fromCluster", "goes before FromFile"},
		Counterpart{"StorageClass.FromFile", "storageClass.parameters, storageClass.mountOptions", "relative to the definition"},
		Counterpart{"SnapshotClass.FromName", "snapshotClass", "where snapshotDataSource is claimed; so the next two"},
		Counterpart{"SnapshotClass.FromExistingClassName", "snapshotClass.fromCluster", "goes before FromFile"},
		Counterpart{"SnapshotClass.FromFile", "snapshotClass.parameters", "relative to the definition"},
		Counterpart{"VolumeAttributesClass", "", other},
		Counterpart{"GroupSnapshotClass", "", other},
		Counterpart{"InlineVolumes", "", other},
		Counterpart{"ClientNodeName", "", "the scheduler and the requirement choose the node"},
		Counterpart{"NodeSelectors", "", "the scheduler and the requirement choose the node"},
	)
	for _, t := range externalTimes() {
		c := Counterpart{Key: "Timeouts." + t.name, Note: "csicert has no budget for it"}
		if t.budget != "" {
			c.Becomes, c.Note = "budgets."+t.budget, "the longest of those that become this budget"
		}
		all = append(all, c)
	}
	return append(all, Counterpart{"csicert", "namespace, install, bindingModes, topology.alsoAllowed, topology.partial, capabilities, storage, controller, volumeSize, budgets", "the suite ignores this section; capabilities are added to those of DriverInfo"})
}

func capabilityKey(name string) string { return "DriverInfo.Capabilities." + name }

func capabilities(c catalogue.Capability) string {
	if c == "" {
		return ""
	}
	return "capabilities: " + string(c)
}

// everyDriver is of capabilities that csicert takes for granted.
const everyDriver = "every driver is judged by it"

type externalCapability struct {
	name    string
	becomes catalogue.Capability // empty: no counterpart
	note    string
}

// externalCapabilities are all of test/e2e/storage/framework/testdriver.go, in its order.
func externalCapabilities() []externalCapability {
	const none = "no requirement is about it"
	return []externalCapability{
		{"persistence", "", everyDriver},
		{"block", "", "volumes are judged with a file system"},
		{"fsGroup", catalogue.Group, ""},
		{"volumeMountGroup", "", "how a group is given the volume is the driver's choice"},
		{"exec", "", none},
		{"snapshotDataSource", catalogue.Snapshots, "needs SnapshotClass"},
		{"snapshotMetadata", "", none},
		{"groupSnapshot", "", none},
		{"pvcDataSource", catalogue.Clones, ""},
		{"multipods", "", everyDriver},
		{"RWX", catalogue.ReadWriteMany, ""},
		{"controllerExpansion", catalogue.Expansion, "with onlineExpansion, which is true where nothing is said of it"},
		{"nodeExpansion", "", "how a claim grows is the driver's choice"},
		{"offlineExpansion", "", "claims grow while a pod uses them"},
		{"onlineExpansion", catalogue.Expansion, "with controllerExpansion"},
		{"volumeLimits", "", none},
		{"singleNodeVolume", "", "where volumes can be reached is told by TopologyKeys"},
		{"topology", catalogue.Topology, "needs DriverInfo.TopologyKeys"},
		{"capacity", "", none},
		{"FSResizeFromSourceNotSupported", "", none},
		{"readWriteOncePod", catalogue.ReadWriteOncePod, ""},
		{"multiplePVsSameID", "", none},
		{"capReadOnlyMany", "", none},
		{"seLinuxMount", "", none},
	}
}

type externalTime struct{ name, budget string }

// externalTimes are those of TimeoutContext in test/e2e/framework/timeouts.go. The suite takes them in any case.
func externalTimes() []externalTime {
	return []externalTime{
		{"Poll", ""}, {"PodStart", "start"}, {"PodStartShort", ""}, {"PodStartSlow", ""}, {"PodDelete", "delete"},
		{"ClaimProvision", "bind"}, {"DataSourceProvision", "bind"}, {"ClaimProvisionShort", ""}, {"ClaimBound", "bind"},
		{"PVReclaim", ""}, {"PVBound", ""}, {"PVCreate", ""}, {"PVDelete", "delete"}, {"PVDeleteSlow", ""},
		{"SnapshotCreate", "snapshot"}, {"SnapshotDelete", ""}, {"SnapshotControllerMetrics", ""}, {"SystemPodsStartup", ""},
		{"NodeSchedulable", ""}, {"SystemDaemonsetStartup", ""}, {"NodeNotReady", ""}, {"ClaimUnusedCondition", ""},
	}
}

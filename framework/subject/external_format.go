package subject

// external is the file that Kubernetes' storage suite takes by -storage.testdriver: driverDefinition of
// k8s.io/kubernetes/test/e2e/storage/external, with DriverInfo of ../framework. The suite matches its keys by case and
// ignores others; csicert has the section csicert from there, for what the format has no words for.
type external struct {
	DriverInfo            externalInfo
	StorageClass          externalClass
	SnapshotClass         externalClass
	VolumeAttributesClass externalClass
	GroupSnapshotClass    externalClass
	InlineVolumes         []struct {
		Attributes       map[string]string
		Shared, ReadOnly bool
	}
	ClientNodeName string
	NodeSelectors  map[string]string
	Timeouts       map[string]string
	Csicert        Further `json:"csicert"`
}

type externalClass struct {
	FromName              bool
	FromFile              string
	FromExistingClassName string
}

type externalInfo struct {
	Name, InTreePluginName                                     string
	TestTags                                                   []any
	MaxFileSize                                                int64
	SupportedSizeRange                                         externalSizes
	SupportedFsType, SupportedMountOption, RequiredMountOption map[string]struct{}
	Capabilities                                               map[string]bool
	RequiredAccessModes                                        []string
	TopologyKeys                                               []string
	NumAllowedTopologies                                       int
	StressTestOptions, VolumeSnapshotStressTestOptions         any
	VolumeModifyStressTestOptions, PerformanceTestOptions      any
	VolumeGroupSnapshotStressTestOptions                       any
}

type externalSizes struct{ Min, Max, Step string }

// Further is the section csicert of a file in Kubernetes' format: what that has no words for. The suite ignores it.
type Further struct {
	Namespace    string            `json:"namespace"`
	Install      Install           `json:"install"`
	BindingModes []string          `json:"bindingModes"`
	AlsoAllowed  []string          `json:"alsoAllowed"`  // as topology.alsoAllowed
	Partial      *Partial          `json:"partial"`      // as topology.partial
	Capabilities []string          `json:"capabilities"` // beside those that the file claims
	Storage      *Storage          `json:"storage"`
	Controller   *Controller       `json:"controller"`
	VolumeSize   string            `json:"volumeSize"`
	Budgets      map[string]string `json:"budgets"`
}

package catalogue

// Documents of storage that a requirement can come from.
const (
	CSISpecification = "CSI specification" // spec.md of the module github.com/container-storage-interface/spec in go.mod
	SnapshotsAPI     = "snapshot API"      // the Go types of external-snapshotter's client module in go.mod
)

// CSI quotes the section of a call of the CSI specification, such as "CreateVolume".
func CSI(section, quote string) Source {
	return Source{Document: CSISpecification, Place: section, Quote: quote}
}

// SnapshotAPI quotes a comment on a type of the snapshot API, such as "VolumeSnapshotStatus".
func SnapshotAPI(kind, quote string) Source {
	return Source{Document: SnapshotsAPI, Place: kind, Quote: quote}
}

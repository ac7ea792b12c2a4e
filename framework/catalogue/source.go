package catalogue

// Documents that a requirement can come from.
const (
	KubernetesAPI  = "Kubernetes API"  // the Go types of k8s.io/api, at the version in go.mod
	KubernetesDocs = "Kubernetes docs" // a page below docs/ of the Kubernetes website
	OwnReading     = "reading"         // this project reads more into a text than it says
)

// Source says where a requirement comes from.
type Source struct {
	Document string `json:"document"`
	Place    string `json:"place"`            // file, page or section
	Quote    string `json:"quote,omitempty"`  // verbatim; of the API, held against the module by a test
	Reason   string `json:"reason,omitempty"` // of a reading: why it follows from the place
}

// API quotes a comment of a file of the k8s.io/api module, such as "storage/v1/types.go".
func API(file, quote string) Source {
	return Source{Document: KubernetesAPI, Place: file, Quote: quote}
}

// Docs quotes a page of the Kubernetes documentation, such as "concepts/storage/volumes#local".
// These pages seldom say MUST: the level is this project's reading.
func Docs(page, quote string) Source {
	return Source{Document: KubernetesDocs, Place: page, Quote: quote}
}

// Reading marks a requirement that this project derives: where from, and why it follows.
func Reading(place, reason string) Source {
	return Source{Document: OwnReading, Place: place, Reason: reason}
}

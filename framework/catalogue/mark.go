package catalogue

// Mark is the name of a Ginkgo report entry through which a spec tells the verdict what its state cannot say.
// The entry's value is the string described here.
type Mark string

const (
	// MarkBlocked: the spec could not reach its judgement; the value says which verb and why.
	MarkBlocked Mark = "csicert:blocked"
	// MarkSkipped: the cluster lacks what the requirement needs; the value is the capability's sentence.
	MarkSkipped Mark = "csicert:skipped"
	// MarkUnsupported: the subject does not claim what the requirement needs; the value is a sentence.
	MarkUnsupported Mark = "csicert:unsupported"
	// MarkLeftover: something of the spec outlived its undoing; one entry for each, the value names it.
	MarkLeftover Mark = "csicert:leftover"
	// MarkEvidence: what the cluster looked like when the spec failed: text, sections headed "== name ==".
	MarkEvidence Mark = "csicert:evidence"
	// MarkTimeline: what the spec did and saw, one line each.
	MarkTimeline Mark = "csicert:timeline"
	// MarkTrace: when each of the spec's objects came to what, as framework/trace encodes it.
	MarkTrace Mark = "csicert:trace"
	// MarkRequests: how many API requests the spec made; a decimal number.
	MarkRequests Mark = "csicert:api-requests"
)

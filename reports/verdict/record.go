package verdict

import (
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"csicert/framework/catalogue"
)

// Schema is the form of the records that this package writes and reads. Within v1 fields are only added: a record of
// an older csicert reads as one in which nothing was written there. What a spec's entries hold has its own schema.
const Schema = "csicert/run/v1"

// Record is a run as it was written down: everything that reports are made from.
type Record struct {
	Schema  string    `json:"schema"`  // Schema; Save fills it in
	ID      string    `json:"id"`      // of the run
	Command []string  `json:"command"` // what was typed, word by word
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	Harness Harness   `json:"harness"`
	Cluster Cluster   `json:"cluster"`
	Subject Subject   `json:"subject"`
	Seed    int64     `json:"seed"`             // of Ginkgo's order
	Procs   int       `json:"procs"`            // Ginkgo processes beside each other
	Filter  string    `json:"filter,omitempty"` // Ginkgo label filter; empty selects everything
	Phases  []Phase   `json:"phases"`           // in the order in which they ran

	PeakMemoryBytes int64 `json:"peakMemoryBytes"` // largest resident set of the harness

	Requirements []catalogue.Requirement `json:"requirements"` // the catalogue as it stood
	Specs        []types.SpecReport      `json:"specs"`        // of Ginkgo's JSON report, suite nodes included
	DryRun       bool                    `json:"dryRun,omitempty"`
	Interrupted  string                  `json:"interrupted,omitempty"` // why the run ended early, if it did
	Rerun        string                  `json:"rerun"`                 // command for one requirement, %s is its ID
	Baseline     *Baseline               `json:"baseline,omitempty"`    // what was known to fail
	Track        []Proven                `json:"track,omitempty"`       // what was known of the mutants when the run began
}

// Harness is the version of csicert that ran.
type Harness struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Go      string `json:"go"` // as runtime.Version says it
}

// commitShown is how much of a commit a version of Go's own making holds.
const commitShown = 12

// String is the version and the commit, as far as they are known, and the commit once.
func (h Harness) String() string {
	commit := h.Commit[:min(len(h.Commit), commitShown)]
	if strings.Contains(h.Version, commit) {
		return h.Version
	}
	return strings.TrimSpace(h.Version + " " + commit)
}

// Cluster is what the subject was judged on.
type Cluster struct {
	Name        string   `json:"name"`
	Context     string   `json:"context"`
	Kubernetes  string   `json:"kubernetes"` // the server's version
	Own         bool     `json:"own"`        // created by the run
	Nodes       []Node   `json:"nodes"`
	Image       string   `json:"image,omitempty"`       // the node image's reference, of a cluster of our own
	Engine      string   `json:"engine,omitempty"`      // the container engine and its version
	Adaptations []string `json:"adaptations,omitempty"` // what a restricted host made necessary, one sentence each
}

// Node is a node's position.
type Node struct {
	Name     string            `json:"name"`
	Hostname string            `json:"hostname"`
	Region   string            `json:"region,omitempty"`
	Zone     string            `json:"zone,omitempty"`
	Labels   map[string]string `json:"labels,omitempty"` // those that requirements speak of
}

// Subject is what was judged, and what it claims.
type Subject struct {
	Name         string                 `json:"name"`
	Version      string                 `json:"version"` // of Kubernetes where no driver is judged; a driver's are its components'
	Capabilities []catalogue.Capability `json:"capabilities,omitempty"`
	Components   []Component            `json:"components,omitempty"` // of the driver, by container and image
}

// Component is a container of the driver's pods, or of the snapshot controller's.
type Component struct {
	Container string `json:"container"`
	Image     string `json:"image"`            // the reference that the pod asks for
	Digest    string `json:"digest,omitempty"` // algorithm and hex, as the node's runtime tells; empty where it does not
	Sidecar   bool   `json:"sidecar"`          // one of the Kubernetes project's, not the driver's own
}

// Proven is what an earlier proof said of a requirement under a mutant.
type Proven struct {
	Requirement catalogue.ID `json:"requirement"`
	Mutant      string       `json:"mutant"`
	Outcome     string       `json:"outcome"` // killed, survived or inconclusive
}

// Phase is a part of the run: engine, images, cluster, suites, report.
type Phase struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
	Cached  bool    `json:"cached,omitempty"` // an earlier run's work was taken
	Notes   string  `json:"notes,omitempty"`
}

// Package lab is one spec's bench: verbs that create, wait and look, and that undo what they did.
//
// A verb creates through a recorder that knows how to undo, waits on a watch, ends early when what it waits for
// cannot come any more, and writes one line to the spec's timeline. When a verb cannot get to where the spec wants
// to judge, the spec is Blocked; only what the spec itself requires (Must, Throughout) makes it Fail.
package lab

import (
	"encoding/json"
	"fmt"
	"os"

	"csicert/framework/catalogue"
	"csicert/framework/subject"
)

// Labels on everything that a run creates.
const (
	LabelRun  = "csicert.dev/run"  // the run's ID
	LabelNS   = "csicert.dev/ns"   // the namespace of the process, on cluster-scoped objects too
	LabelSpec = "csicert.dev/spec" // the requirement's ID, lower case
)

// Config is all that a suite process is told: where the cluster is, and what stands there for it.
type Config struct {
	Run          string                 `json:"run"`        // ID of the run, a DNS label
	Kubeconfig   string                 `json:"kubeconfig"` // path
	Context      string                 `json:"context"`    // of the kubeconfig; never its current context by default
	AgentImage   string                 `json:"agentImage"` // the workload image, present on every node
	KeeperNS     string                 `json:"keeperNamespace"`
	Suffix       string                 `json:"suffix"`                // tells processes of several suites of one run apart
	Capabilities []catalogue.Capability `json:"capabilities"`          // of the cluster and of the driver
	Labels       map[string]string      `json:"labels"`                // put on every object besides the run's own
	HostNetwork  bool                   `json:"hostNetwork"`           // pods go without a network of their own, which none needs: they start sooner
	PodSecurity  PodSecurity            `json:"podSecurity,omitempty"` // that workloads fit; empty: Baseline
	KeepFailed   bool                   `json:"keepFailed"`            // leave the objects of failed specs where they are
	Budgets      subject.Budgets        `json:"budgets"`
	Driver       *subject.Driver        `json:"driver,omitempty"`     // under test, its class patterns resolved
	Progress     string                 `json:"progress,omitempty"`   // socket on which the run hears how far it is
	Sanity       string                 `json:"sanity,omitempty"`     // path of csi-sanity's program
	Parameters   map[string]string      `json:"parameters,omitempty"` // put on every class of the driver: which defect a mutant has
	Expected     bool                   `json:"expected,omitempty"`   // specs are to fail, being shown a defect: nobody reads logs for it
	Outages      string                 `json:"outages,omitempty"`    // path of a lock: who kills the driver's processes holds it until they are back
	Spoil        int                    `json:"spoil,omitempty"`      // the judgement, counted from 1, that is shown to fail by what it looks at being spoilt
}

// LoadConfig reads what csicert wrote for its suite processes.
func LoadConfig(path string) (Config, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("reading the lab's configuration: %w", err)
	}
	var c Config
	if err := json.Unmarshal(raw, &c); err != nil {
		return Config{}, fmt.Errorf("decoding the lab's configuration %s: %w", path, err)
	}
	return c, nil
}

// Save writes the configuration for suite processes.
func (c Config) Save(path string) error {
	raw, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the lab's configuration: %w", err)
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		return fmt.Errorf("writing the lab's configuration: %w", err)
	}
	return nil
}

// driverName is the CSI driver that is judged; none where only Kubernetes is.
func (c Config) driverName() string {
	if c.Driver == nil {
		return ""
	}
	return c.Driver.Name
}

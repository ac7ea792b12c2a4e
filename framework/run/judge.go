package run

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"csicert/framework/lab"
	"csicert/reports/verdict"
)

// Pass is one pass of the suites over a session's cluster.
type Pass struct {
	Dir    string     // where its log, report and configuration go; made when it is missing
	Lab    lab.Config // Session.Lab, or a changed copy
	Filter string     // Ginkgo label filter
	Procs  int
	Seed   int64
	// Crowded passes go on beside each other: they spare the cores rather than the memory.
	Crowded bool
}

// Pass is the session's own: everything that the user selected.
func (s *Session) Pass() Pass {
	return Pass{Dir: s.Dir, Lab: s.Lab, Filter: s.Filter, Procs: s.Procs, Seed: s.Seed}
}

// Judge runs the suites once and returns what was recorded, without the phases. A pass that was interrupted is recorded
// too, and says so; an error means that there is no record.
func (s *Session) Judge(ctx context.Context, p Pass) (verdict.Record, error) {
	began := time.Now()
	o, err := s.run(ctx, p)
	if err != nil {
		return verdict.Record{}, err
	}
	r := s.record(p)
	r.Started, r.Ended = began, time.Now()
	r.Specs, r.Interrupted, r.PeakMemoryBytes = o.Specs(), o.Interrupted(), o.PeakMemory
	if ctx.Err() != nil {
		r.Interrupted = context.Cause(ctx).Error()
	}
	return r, nil
}

// configure writes the suites' configuration into a folder, which it makes, and returns its path.
func configure(dir string, cfg lab.Config) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("making the folder of the pass: %w", err)
	}
	config := filepath.Join(dir, "lab.json")
	return config, cfg.Save(config)
}

// record is what is known before a pass.
func (s *Session) record(p Pass) verdict.Record {
	r := verdict.Record{
		Schema: verdict.Schema, ID: s.ID, Command: s.Command, Harness: s.Harness, Seed: p.Seed, Procs: p.Procs, Filter: p.Filter,
		Cluster: verdict.Cluster{Name: s.cluster.Name, Context: s.cluster.Context, Kubernetes: s.cluster.Version, Own: s.cluster.Own(),
			Nodes: s.nodes, Image: s.image.Ref, Adaptations: s.adaptations},
		Subject:      verdict.Subject{Name: "Kubernetes", Version: s.cluster.Version, Capabilities: p.Lab.Capabilities},
		Requirements: s.Requirements, Rerun: s.rerun(p.Seed), Track: s.Track,
	}
	if s.driver != nil {
		r.Subject.Name, r.Subject.Version, r.Subject.Components = s.driver.Name, "", s.components
	}
	if s.engine != nil {
		r.Cluster.Engine = "docker " + s.engine.Version
	}
	return r
}

// rerun is the command for one requirement, which stands as %s.
func (s *Session) rerun(seed int64) string {
	words := []string{"make e2e FOCUS=%s", fmt.Sprintf("SEED=%d", seed)}
	switch {
	case s.existing():
		words = []string{"csicert e2e --focus %s", fmt.Sprintf("--seed %d", seed), "--kubeconfig " + plain(s.Kubeconfig), "--context " + plain(s.Context), "--agent-image " + plain(s.AgentImage)}
		if s.AllowDisruption {
			words = append(words, "--allow-disruption")
		}
	case s.Reuse != "":
		words = append(words, "REUSE="+plain(s.Reuse))
	case s.Shape != DefaultShape:
		words = append(words, "SHAPE="+plain(s.Shape))
	}
	return strings.Join(words, " ")
}

// plain quotes a word for a shell.
func plain(word string) string {
	if strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@") == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

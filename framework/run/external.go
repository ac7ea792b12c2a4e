package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"csicert/driver/deploy"
	"csicert/framework/cluster"
	"csicert/framework/lab"
	"csicert/framework/run/suite"
	images "csicert/kind-config/images/external"
	"csicert/reports/external"
)

const (
	externalJUnit  = "external.xml"
	externalText   = "external.txt"
	externalDriver = "driver.yaml" // what the suite is told of the driver, in the run's folder
)

// Storage is a run of Kubernetes' own storage suite.
type Storage struct {
	TestDriver string // file that tells the suite of the driver; empty: the bundled driver's
	Specs      string // regular expression of the only specs to run, by their text
}

// leftOut are the suite's specs that a kind cluster without a registry cannot have.
func leftOut() []external.Exclusion {
	return []external.Exclusion{
		{Texts: regexp.MustCompile(`\[Disruptive\]`), Why: "[Disruptive]: it stops a node's kubelet over SSH, which nodes of kind do not serve"},
		{Texts: regexp.MustCompile(`provision storage with any volume data source`),
			Why: "any volume data source: it judges a populator and a validator whose images come from a registry only"},
	}
}

// check returns what the suite is told of the driver.
func (e Storage) check(o Options) ([]byte, error) {
	if _, err := regexp.Compile(e.Specs); err != nil {
		return nil, Invalid{"--specs", fmt.Sprintf("%q (%v)", e.Specs, err), "a regular expression of specs' texts"}
	}
	if o.Driver == "" || o.Driver == NoDriver {
		return nil, Invalid{"--driver", fmt.Sprintf("%q", o.Driver), "bundled or a definition file: the storage suite judges a driver"}
	}
	if e.TestDriver == "" {
		if o.Driver != BundledDriver {
			return nil, Invalid{"--testdriver", "none beside --driver " + o.Driver, "the file that tells the storage suite of the driver"}
		}
		return deploy.External(), nil
	}
	told, err := os.ReadFile(e.TestDriver)
	if err != nil {
		return nil, Invalid{"--testdriver", fmt.Sprintf("%s, which cannot be read (%v)", e.TestDriver, err), "a file"}
	}
	return told, nil
}

// External runs Kubernetes' own storage suite over a driver on a cluster of csicert's. The result is valid, and saved,
// whenever the suite was reported, also beside an error from taking the cluster away.
func External(ctx context.Context, o Options, e Storage) (r external.Result, err error) {
	told, err := e.check(o)
	if err != nil {
		return r, err
	}
	if err := o.check(); err != nil {
		return r, err
	}
	o.say("storage suite: its program and images (the first time, half an hour of compiling) ...")
	built, err := images.Build(ctx, images.Options{Source: o.Source, CacheDir: filepath.Join(o.StateDir, "images"), Log: o.Log, Out: o.Out})
	if err != nil {
		return r, err
	}
	s, err := Open(ctx, o)
	if err != nil {
		return r, err
	}
	r, err = s.storage(ctx, e, built, told)
	var broken error // what the nodes' logs may tell
	if err != nil || len(r.Problems) > 0 {
		broken = errors.Join(err, fmt.Errorf("%v", r.Problems))
	}
	return r, errors.Join(err, s.Close(ctx, broken))
}

// storage loads the images, runs the suite and writes its reports.
func (s *Session) storage(ctx context.Context, e Storage, built images.Suite, told []byte) (r external.Result, err error) {
	if err := s.phase(ctx, "storage suite's images", func(ctx context.Context) (string, bool, error) {
		return fmt.Sprintf("%d", len(built.Images)), false, s.loadStorageImages(ctx, built)
	}); err != nil {
		return r, err
	}
	err = s.phase(ctx, "storage suite", func(ctx context.Context) (note string, cached bool, err error) {
		r, err = s.judgeStorage(ctx, e, built, told)
		return fmt.Sprintf("%d processes, seed %d", s.Procs, s.Seed), false, err
	})
	if err != nil {
		return r, err
	}
	return r, s.writeStorage(r)
}

func (s *Session) loadStorageImages(ctx context.Context, built images.Suite) error {
	set, err := clientFor(s.cluster)
	if err != nil {
		return err
	}
	workers, err := lab.Workers(ctx, set)
	if err != nil {
		return err
	}
	var archives []cluster.Archive
	for _, image := range built.Images {
		archives = append(archives, cluster.Archive{Ref: image.Ref, Path: image.Archive, Nodes: names(workers)})
	}
	return cluster.LoadImages(ctx, s.ownCluster(), archives...)
}

func (s *Session) judgeStorage(ctx context.Context, e Storage, built images.Suite, told []byte) (external.Result, error) {
	file := filepath.Join(s.Dir, externalDriver)
	if err := os.WriteFile(file, told, 0o600); err != nil {
		return external.Result{}, fmt.Errorf("writing what the storage suite is told of the driver: %w", err)
	}
	run := external.Run{Driver: s.driver.Name, Suite: built.Version, Started: s.started, Procs: s.Procs, Seed: s.Seed, Exclusions: leftOut()}
	focus := `External.Storage.*` + regexp.QuoteMeta("[Driver: "+s.driver.Name+"]")
	if e.Specs != "" {
		focus += `.*(` + e.Specs + `)`
	}
	choice := []string{"--focus=" + focus}
	for _, x := range run.Exclusions {
		choice = append(choice, "--skip="+x.Texts.String())
	}
	o, err := suite.Run(ctx, suite.Params{Ginkgo: built.Ginkgo, Suite: built.Program, Env: built.Environment(), Dir: s.Dir, Select: choice,
		Args: []string{"-kubeconfig=" + s.cluster.Kubeconfig, "-context=" + s.cluster.Context, "-kubectl-path=" + built.Kubectl, "-provider=skeleton",
			"-storage.testdriver=" + file, "-e2e-output-dir=" + s.Dir},
		Name: external.Name, Procs: s.Procs, Seed: s.Seed, Timeout: s.Timeout, Out: s.Out, Log: s.Log})
	if err != nil {
		return external.Result{}, err
	}
	run.Reports = o.Reports
	return external.Of(run), nil
}

// writeStorage writes the reports into the run's folder and, as the latest, into that of all reports.
func (s *Session) writeStorage(r external.Result) error {
	var xml, text bytes.Buffer
	if err := errors.Join(external.JUnit(&xml, r), external.Write(&text, r)); err != nil {
		return err
	}
	var errs []error
	for _, dir := range []string{s.Dir, s.OutDir} {
		errs = append(errs, WriteFile(filepath.Join(dir, externalJUnit), xml.Bytes()), WriteFile(filepath.Join(dir, externalText), text.Bytes()))
	}
	return errors.Join(errs...)
}

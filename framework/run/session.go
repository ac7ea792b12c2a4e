package run

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"csicert/framework/cluster"
	"csicert/framework/install"
	"csicert/framework/lab"
	"csicert/framework/run/build"
	"csicert/framework/subject"
	"csicert/kind-config/engine"
	driverimages "csicert/kind-config/images/driver"
	"csicert/kind-config/nodeimage"
	"csicert/reports/verdict"
)

// Session is a cluster on which suites can run, and what is known of it.
type Session struct {
	Options  // with a log that also goes to the run's folder
	ID       string
	Dir      string // the run's folder below OutDir
	Filter   string // of the whole run
	Programs build.Programs
	Lab      lab.Config // for the suites; a copy may be changed for a single pass

	started     time.Time
	engine      *engine.Engine // nil on a cluster that the user named
	image       nodeimage.Image
	images      []driverimages.Image // of the driver, where csicert deploys it
	driver      *subject.Driver      // under test; nil where only Kubernetes is judged
	installer   *install.Installer   // nil until the driver is put on the cluster
	controllers int                  // of the bundled driver; 0: as many as usual
	cluster     *cluster.Cluster
	nodes       []verdict.Node
	components  []verdict.Component
	adaptations []string
	phases      []verdict.Phase
	log         *os.File
}

// Open checks the options, provides the cluster and prepares it. When it cannot, what it made is taken away again.
func Open(ctx context.Context, o Options) (*Session, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := room(warmSpace, o.StateDir); err != nil {
		return nil, err
	}
	s, err := begin(o)
	if err != nil {
		return nil, err
	}
	ready := s.provide
	if o.existing() {
		ready = s.join
	}
	if err := ready(ctx); err != nil {
		return nil, errors.Join(err, s.Close(ctx, err))
	}
	return s, nil
}

// begin names the run and makes its folder.
func begin(o Options) (*Session, error) {
	filter, err := o.filter()
	if err != nil {
		return nil, err
	}
	id, err := newID(time.Now())
	if err != nil {
		return nil, err
	}
	driver, err := o.definition()
	if err != nil {
		return nil, err
	}
	if driver != nil {
		for _, r := range driver.Remarks {
			o.say("%s", r)
		}
	}
	s := &Session{Options: o, ID: id, driver: driver, Dir: filepath.Join(o.OutDir, "runs", id), Filter: filter, started: time.Now()}
	if s.Dir, err = filepath.Abs(s.Dir); err != nil {
		return nil, fmt.Errorf("finding the run's folder: %w", err)
	}
	for _, dir := range []string{s.Dir, o.StateDir} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("making the run's folders: %w", err)
		}
	}
	if s.log, err = os.OpenFile(filepath.Join(s.Dir, "csicert.log"), os.O_CREATE|os.O_WRONLY, 0o600); err != nil {
		return nil, fmt.Errorf("opening the run's log: %w", err)
	}
	file := slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})
	s.Log = slog.New(slog.NewMultiHandler(o.Log.Handler(), file))
	s.say("run %s, everything about it is in %s", id, s.Dir)
	return s, nil
}

// newID is part of namespaces, of the cluster's name and of paths: a DNS label, sorted by time, told apart by chance.
func newID(now time.Time) (string, error) {
	var random [2]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", fmt.Errorf("naming the run: %w", err)
	}
	return now.UTC().Format("060102-150405") + "-" + hex.EncodeToString(random[:]), nil
}

// phase times a part of the run.
func (s *Session) phase(ctx context.Context, name string, work func(context.Context) (note string, cached bool, err error)) error {
	s.say("%s ...", name)
	began := time.Now()
	note, cached, err := work(ctx)
	p := verdict.Phase{Name: name, Seconds: time.Since(began).Seconds(), Cached: cached, Notes: note}
	s.phases = append(s.phases, p)
	if err != nil {
		return err
	}
	s.say("%s: %.1f s %s", name, p.Seconds, note)
	return nil
}

package run

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"csicert/reports/verdict"
)

// E2E goes through all phases and returns what was recorded and what it means. Both are valid, and saved, whenever
// the suites were recorded, also beside an error from taking the cluster away.
func E2E(ctx context.Context, o Options) (verdict.Record, verdict.Verdict, error) {
	s, err := Open(ctx, o)
	if err != nil {
		return verdict.Record{}, verdict.Verdict{}, err
	}
	var r verdict.Record
	err = s.phase(ctx, "suites", func(ctx context.Context) (note string, cached bool, err error) {
		r, err = s.watched(ctx)
		return fmt.Sprintf("%d processes, seed %d", s.Procs, s.Seed), false, err
	})
	if err != nil {
		return verdict.Record{}, verdict.Verdict{}, errors.Join(err, s.Close(ctx, err))
	}
	r.Started, r.Baseline = s.started, s.Baseline
	v, err := s.conclude(&r) // before the cluster goes: what was learnt must not depend on that
	if err != nil {
		return verdict.Record{}, verdict.Verdict{}, errors.Join(err, s.Close(ctx, err))
	}
	s.settleKeeping(v)
	closed := s.Close(ctx, infrastructure(v))
	began := time.Now()
	r.Phases = s.phases
	if v, err = verdict.Of(r); err == nil {
		err = s.writeReports(v)
	}
	if err != nil {
		return r, v, errors.Join(err, closed)
	}
	s.phases = append(s.phases, verdict.Phase{Name: "report", Seconds: time.Since(began).Seconds()})
	if v, err = s.conclude(&r); err == nil {
		err = WriteStatement(filepath.Join(s.Dir, RecordFile), r) // last: the record does not change any more
	}
	return r, v, errors.Join(err, closed)
}

// conclude saves the record as it stands and judges it.
func (s *Session) conclude(r *verdict.Record) (verdict.Verdict, error) {
	r.Ended, r.Phases = time.Now(), s.phases
	if err := r.Save(filepath.Join(s.Dir, RecordFile)); err != nil {
		return verdict.Verdict{}, err
	}
	return verdict.Of(*r)
}

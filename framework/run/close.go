package run

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"csicert/framework/cluster"
	"csicert/framework/lab"
	"csicert/reports/verdict"
)

// closeBudget bounds the taking away, which also happens after the run itself was cancelled.
const closeBudget = 4 * time.Minute

// Close takes away what the session made: the run's objects and directories, and the cluster if it is the session's
// own and was not to be kept. Where failure is an error of the infrastructure, the nodes' logs are saved first.
// Close works although ctx has ended.
func (s *Session) Close(ctx context.Context, failure error) error {
	interrupted := ctx.Err() != nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeBudget)
	defer cancel()
	var errs []error
	if s.cluster != nil {
		if failure != nil && !interrupted && s.cluster.Own() {
			s.exportLogs()
		}
		errs = append(errs, s.phase(ctx, "cleanup", s.takeAway))
	}
	errs = append(errs, s.log.Close())
	return errors.Join(errs...)
}

// exportLogs saves what it can: a node without a tool that kind calls is no reason to hide the failure behind another.
func (s *Session) exportLogs() {
	dir := filepath.Join(s.Dir, "cluster-logs")
	if err := cluster.ExportLogs(s.ownCluster(), dir); err != nil {
		s.Log.Warn("the cluster's logs are not complete", "error", err)
	}
	s.say("the cluster's logs are in %s", dir)
}

func (s *Session) takeAway(ctx context.Context) (note string, cached bool, err error) {
	if s.cluster.Own() && s.Reuse == "" && !s.Keep {
		// Clearing first would only delete one by one what goes with the cluster.
		return "cluster " + s.cluster.Name + " deleted", false, cluster.Delete(ctx, s.ownCluster())
	}
	if s.Lab.KeepFailed {
		note = "the objects of failed specs are kept"
	} else if s.Lab.Run != "" {
		err = lab.Clear(ctx, s.Lab)
	}
	if s.installer != nil && !s.cluster.Own() {
		err = errors.Join(err, s.installer.Remove(ctx))
	}
	if s.cluster.Own() {
		s.say("cluster %s is kept: export KUBECONFIG=%s (csicert cluster delete %s takes it away)", s.cluster.Name, s.cluster.Kubeconfig, s.cluster.Name)
	}
	return note, false, err
}

// settleKeeping decides, when the verdict is known, whether the objects of failed specs, and so the cluster, stay.
func (s *Session) settleKeeping(v verdict.Verdict) {
	failed := slices.ContainsFunc(v.Results(), func(r verdict.Result) bool { return r.Status > verdict.Warn })
	s.Lab.KeepFailed = s.KeepFailed && failed
	s.Keep = s.Keep || s.Lab.KeepFailed
}

// infrastructure is the failure to be looked into on the nodes, if the verdict tells of one.
func infrastructure(v verdict.Verdict) error {
	if v.Selected != verdict.HarnessError {
		return nil
	}
	return fmt.Errorf("%s", v.Sentence)
}

package run

import (
	"context"
	"errors"

	"csicert/framework/progress"
	"csicert/reports/verdict"
)

// watched judges what the user selected and lets the display hear of the specs while they run.
func (s *Session) watched(ctx context.Context) (verdict.Record, error) {
	if s.Progress == nil {
		return s.Judge(ctx, s.Pass())
	}
	socket, err := progress.Listen(s.Progress.Hear)
	if err != nil {
		return verdict.Record{}, err
	}
	s.Lab.Progress = socket.Path
	s.Progress.Begin(selected(s.Filter, s.Requirements))
	r, err := s.Judge(ctx, s.Pass())
	s.Lab.Progress = ""
	closed := socket.Close()
	s.Progress.Finish()
	return r, errors.Join(err, closed)
}

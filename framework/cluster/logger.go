package cluster

import (
	"fmt"
	"io"
	"log/slog"

	"sigs.k8s.io/kind/pkg/log"
)

// logger gives kind's words to slog; its warnings are for the user too.
type logger struct {
	log *slog.Logger
	out io.Writer
}

var _ log.Logger = logger{}

func (l logger) Warn(message string)               { l.log.Warn(message) }
func (l logger) Warnf(format string, args ...any)  { l.Warn(fmt.Sprintf(format, args...)) }
func (l logger) Error(message string)              { l.log.Error(message) }
func (l logger) Errorf(format string, args ...any) { l.Error(fmt.Sprintf(format, args...)) }

// V returns the level's logger; kind's steps are level 0, its commands above.
func (l logger) V(level log.Level) log.InfoLogger { return info{l.log, level} }

type info struct {
	log   *slog.Logger
	level log.Level
}

func (i info) Info(message string)              { i.log.Debug(message, "kind", int(i.level)) }
func (i info) Infof(format string, args ...any) { i.Info(fmt.Sprintf(format, args...)) }
func (i info) Enabled() bool                    { return i.level <= 0 }

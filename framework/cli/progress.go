package cli

import (
	"os"
	"time"

	"github.com/spf13/pflag"

	"csicert/framework/progress"
	"csicert/framework/run"
)

// progressFlags are those of the verbs that judge a subject.
type progressFlags struct{ mode string }

func (p *progressFlags) register(f *pflag.FlagSet) {
	f.StringVar(&p.mode, "progress", string(progress.Auto), "how progress is told on stderr: auto, live (a line that stays), plain (a line for each spec), json (an object for each event) or none")
}

// display makes what tells the progress of a run.
func (p *progressFlags) display(a *app) (*progress.Display, error) {
	mode := progress.Mode(p.mode)
	if !mode.Known() {
		return nil, run.Invalid{Field: "--progress", Found: `"` + p.mode + `"`, Accepted: "auto, live, plain, json or none"}
	}
	return progress.New(a.stderr, progress.StyleOf(mode, a.stderr, os.Getenv), time.Now), nil
}

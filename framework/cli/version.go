package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"csicert/reports/verdict"
)

func versionVerb(a *app) *cobra.Command {
	var f format
	cmd := &cobra.Command{Use: "version", Short: "Print the version of csicert", Args: noArguments,
		Example: `  csicert version
  csicert version --output json`,
		RunE: func(*cobra.Command, []string) error {
			if err := f.check(); err != nil {
				return err
			}
			h := harness()
			return f.print(a, h, func() error {
				_, err := fmt.Fprintf(a.stdout, "csicert %s %s %s\n", h.Version, h.Commit, h.Go)
				return err
			})
		}}
	f.register(cmd, "text", "json", "yaml")
	return cmd
}

// harness is what the go command wrote into the binary.
func harness() verdict.Harness {
	h := verdict.Harness{Version: "(devel)", Commit: "unknown", Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return h
	}
	h.Version = info.Main.Version
	dirty := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			h.Commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+modified"
		}
	}
	h.Commit += dirty
	return h
}

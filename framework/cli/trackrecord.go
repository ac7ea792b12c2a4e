package cli

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"csicert/framework/run"
	"csicert/reports/mutants"
	"csicert/suites"
)

// trackRecord is the page about proofs that were made already.
type trackRecord struct {
	file string
	from []string
}

// write makes the page from recorded proofs, held against the catalogue as it is now. It ends with the exit code that
// one proof of the whole would have ended with.
func (a *app) write(t trackRecord, cmd *cobra.Command) error {
	var idle []string // flags of a proof; none is made
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Name != "page" && f.Name != "from" && cmd.InheritedFlags().Lookup(f.Name) == nil {
			idle = append(idle, "--"+f.Name)
		}
	})
	if len(idle) > 0 {
		return run.Invalid{Field: "flags of csicert mutants --page", Found: strings.Join(idle, ", "), Accepted: "--from, again for each further file"}
	}
	if t.file == "" {
		return run.Invalid{Field: "--page", Found: "none beside --from", Accepted: "the file to write, such as suites/MUTANTS.md"}
	}
	if len(t.from) == 0 {
		return run.Invalid{Field: "--from", Found: "none beside --page", Accepted: "a mutants.json of an earlier run, such as reports/out/mutants.json"}
	}
	var all []mutants.Matrix
	for _, path := range t.from {
		m, err := mutants.Load(path)
		if err != nil {
			return err
		}
		all = append(all, m)
	}
	m, outdated := mutants.Merge(all...).Against(suites.Requirements())
	var page bytes.Buffer
	if err := m.Markdown(&page, outdated); err != nil {
		return err
	}
	if err := os.WriteFile(t.file, page.Bytes(), 0o644); err != nil {
		return fmt.Errorf("writing the track record: %w", err)
	}
	if _, err := fmt.Fprintln(a.stdout, m.Sentence()); err != nil {
		return fmt.Errorf("telling what the page says: %w", err)
	}
	return exit(m.ExitCode())
}

package cli

import (
	"embed"
	"fmt"

	"github.com/spf13/cobra"

	"csicert/framework/run"
)

//go:embed examples
var examples embed.FS

// exampleFiles are the examples by the word that asks for them.
func exampleFiles() map[string]string {
	return map[string]string{"github": "github-actions.yaml", "gitlab": "gitlab-ci.yml", "make": "Makefile"}
}

func exampleVerb(a *app) *cobra.Command {
	const accepted = "github, gitlab or make"
	return &cobra.Command{
		Use:     "example github|gitlab|make",
		Example: "  csicert example github > .github/workflows/storage.yaml",
		Short:   "Print a ready CI job that gates a release on csicert",
		Args:    oneArgument(accepted),
		RunE: func(_ *cobra.Command, args []string) error {
			file, there := exampleFiles()[args[0]]
			if !there {
				return run.Invalid{Field: "example", Found: fmt.Sprintf("%q", args[0]), Accepted: accepted}
			}
			content, err := examples.ReadFile("examples/" + file)
			if err != nil {
				return fmt.Errorf("reading the example: %w", err)
			}
			_, err = a.stdout.Write(content)
			return err
		},
	}
}

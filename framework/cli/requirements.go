package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"csicert/framework/run"
	"csicert/reports/requirements"
	"csicert/suites"
)

func requirementsVerb(a *app) *cobra.Command {
	var to string
	var check bool
	cmd := &cobra.Command{
		Use:   "requirements",
		Short: "Print every requirement, or write them to a file",
		Example: `  csicert requirements
  csicert requirements --file suites/REQUIREMENTS.md --check`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var page bytes.Buffer
			if err := requirements.Markdown(&page, suites.Requirements()); err != nil {
				return err
			}
			switch {
			case check && to == "":
				return run.Invalid{Field: "--file", Found: "none beside --check", Accepted: "the file to hold against the catalogue"}
			case check:
				return a.holdAgainst(to, page.Bytes())
			case to != "":
				if err := os.WriteFile(to, page.Bytes(), 0o644); err != nil {
					return fmt.Errorf("writing the requirements: %w", err)
				}
				return nil
			}
			_, err := a.stdout.Write(page.Bytes())
			return err
		},
	}
	cmd.Flags().StringVar(&to, "file", "", "file to write instead of the terminal")
	cmd.Flags().BoolVar(&check, "check", false, "write nothing, and end with 1 when the file is not what would be written")
	return cmd
}

func (a *app) holdAgainst(path string, page []byte) error {
	there, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reading the requirements: %w", err)
	}
	if bytes.Equal(there, page) {
		return nil
	}
	fmt.Fprintf(a.stderr, "csicert: %s is not what the catalogue says: run make requirements\n", path)
	return exit(1)
}

package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"csicert/framework/run"
	"csicert/framework/subject"
)

func definitionVerb(a *app) *cobra.Command {
	var driver string
	var explain, schema, mapping bool
	var f format
	cmd := &cobra.Command{
		Use:   "definition",
		Short: "Print a driver's definition as csicert reads it, or what a definition may say",
		Long: "Reads a definition strictly, csicert's or one of Kubernetes' external storage suite (its -storage.testdriver), and prints it\n" +
			"as csicert reads it. Warnings and notes go to standard error. No cluster is asked: csicert doctor does that.",
		Example: `  csicert definition --driver my-driver.yaml
  csicert definition --driver external-test-driver.yaml > my-driver.yaml
  csicert definition --driver bundled --output json
  csicert definition --explain
  csicert definition --schema > csicert-driver.schema.json
  csicert definition --mapping --output yaml`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check(); err != nil {
				return err
			}
			asked := 0
			for _, is := range []bool{explain, schema, mapping, driver != ""} {
				if is {
					asked++
				}
			}
			if asked != 1 {
				return run.Invalid{Field: "flags of csicert definition", Found: fmt.Sprintf("%d of --driver, --explain, --schema, --mapping", asked), Accepted: "one of them"}
			}
			switch {
			case schema:
				out := json.NewEncoder(a.stdout)
				out.SetIndent("", "  ")
				return out.Encode(subject.Schema())
			case mapping:
				return f.print(a, subject.Counterparts(), nil)
			case explain:
				if cmd.Flags().Changed("output") {
					return f.print(a, subject.Keys(), nil)
				}
				return subject.Explain(a.stdout)
			}
			d, err := run.Definition(driver)
			if err != nil {
				return err
			}
			for _, r := range d.Remarks {
				fmt.Fprintf(a.stderr, "csicert: %s\n", r)
			}
			return f.print(a, d, nil)
		},
	}
	cmd.Flags().StringVar(&driver, "driver", "", "a definition file, or bundled")
	cmd.Flags().BoolVar(&explain, "explain", false, "print every key with an example, and what becomes of Kubernetes' external test driver; with --output as data")
	cmd.Flags().BoolVar(&schema, "schema", false, "print the JSON schema of a definition, for editors")
	cmd.Flags().BoolVar(&mapping, "mapping", false, "print what becomes of each key of Kubernetes' external test driver")
	f.register(cmd, "yaml", "json")
	return cmd
}

package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"

	"csicert/framework/run"
)

// format is how a verb prints data.
type format struct {
	name    string
	formats []string
}

// register adds --output; the first of the formats is what is printed where nothing is said.
func (f *format) register(cmd *cobra.Command, formats ...string) {
	f.formats = formats
	cmd.Flags().StringVarP(&f.name, "output", "o", formats[0], "how to print: "+strings.Join(formats, ", "))
	complete(cmd, "output", func() []string { return formats })
}

func (f *format) check() error {
	if slices.Contains(f.formats, f.name) {
		return nil
	}
	return run.Invalid{Field: "--output", Found: fmt.Sprintf("%q", f.name), Accepted: strings.Join(f.formats, ", ")}
}

// print writes data as JSON or YAML; other formats are the verb's own.
func (f *format) print(a *app, data any, own func() error) error {
	var out []byte
	var err error
	switch f.name {
	case "json":
		out, err = json.MarshalIndent(data, "", "  ")
		out = append(out, '\n')
	case "yaml":
		out, err = yaml.Marshal(data)
	default:
		return own()
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", f.name, err)
	}
	_, err = a.stdout.Write(out)
	return err
}

// complete offers words for a flag's value in a shell.
func complete(cmd *cobra.Command, flag string, words func() []string) {
	register(cmd, flag, func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return words(), cobra.ShellCompDirectiveNoFileComp
	})
}

package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"csicert/framework/run"
)

// flagError says of a flag that cannot be used what is accepted in its place.
func flagError(cmd *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	if errors.As(err, &value) {
		return run.Invalid{Field: "--" + value.GetFlag().Name, Found: fmt.Sprintf("%q", value.GetValue()), Accepted: accepted(value.GetFlag())}
	}
	var missing *pflag.ValueRequiredError
	if errors.As(err, &missing) {
		return run.Invalid{Field: "--" + missing.GetFlag().Name, Found: "no value", Accepted: accepted(missing.GetFlag())}
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return run.Invalid{Field: "flags of " + cmd.CommandPath(), Found: err.Error(), Accepted: strings.Join(names, ", ")}
}

func accepted(f *pflag.Flag) string { return fmt.Sprintf("%s (%s)", kinds(f.Value.Type()), f.Usage) }

// kinds are pflag's names of types in words.
func kinds(name string) string {
	switch name {
	case "float64":
		return "a number"
	case "int", "int64":
		return "a whole number"
	case "bool":
		return "true or false"
	case "duration":
		return "a time such as 45m"
	}
	return "a text"
}

// noArguments refuses words behind a command; for a command that only groups others it lists those.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if !cmd.HasAvailableSubCommands() {
		return run.Invalid{Field: "arguments of " + cmd.CommandPath(), Found: fmt.Sprintf("%q", args), Accepted: "none"}
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return run.Invalid{Field: "command of " + cmd.CommandPath(), Found: fmt.Sprintf("%q", args[0]), Accepted: strings.Join(names, ", ")}
}

// oneArgument asks for exactly one word, described for the message.
func oneArgument(what string) cobra.PositionalArgs { return exactly(1, "one: "+what) }

// exactly asks for so many words, described for the message.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		return run.Invalid{Field: "arguments of " + cmd.CommandPath(), Found: fmt.Sprintf("%q", args), Accepted: what}
	}
}

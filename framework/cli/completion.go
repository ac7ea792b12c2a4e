package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"csicert/framework/run"
	"csicert/suites"
)

// completions offer what flags accept in a shell, and give cobra's own command the examples that every verb has.
func completions(cmd *cobra.Command) {
	if cmd.Name() == "completion" {
		cmd.Example = "  csicert completion bash > /etc/bash_completion.d/csicert"
		for _, shell := range cmd.Commands() {
			shell.Example = "  csicert completion " + shell.Name()
		}
	}
	// A flag of this command has no other completion yet: registering cannot fail.
	if cmd.Flags().Lookup("focus") != nil {
		register(cmd, "focus", requirementIDs)
	}
	if cmd.Flags().Lookup("driver") != nil {
		register(cmd, "driver", func(_ *cobra.Command, _ []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
			words := []cobra.Completion{run.BundledDriver, run.NoDriver}
			// Where no word begins so, the shell offers files.
			return slices.DeleteFunc(words, func(w cobra.Completion) bool { return !strings.HasPrefix(w, word) }), cobra.ShellCompDirectiveDefault
		})
	}
	for _, c := range cmd.Commands() {
		completions(c)
	}
}

func register(cmd *cobra.Command, flag string, f cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, f); err != nil {
		panic(err) // no such flag: a mistake of the program's
	}
}

// requirementIDs offers IDs with their sentence, also behind a comma.
func requirementIDs(_ *cobra.Command, _ []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := word[:strings.LastIndex(word, ",")+1]
	var all []cobra.Completion
	for _, r := range suites.Requirements() {
		if id := before + string(r.ID); strings.HasPrefix(id, word) {
			all = append(all, cobra.CompletionWithDesc(id, r.Statement))
		}
	}
	slices.Sort(all)
	return all, cobra.ShellCompDirectiveNoFileComp
}

// helpVerb is cobra's help for a command, with an example.
func helpVerb(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Tell of a command",
		Example: "  csicert help image list",
		ValidArgsFunction: func(_ *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
			of, _, err := root.Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var names []cobra.Completion
			for _, c := range of.Commands() {
				if c.IsAvailableCommand() && strings.HasPrefix(c.Name(), word) {
					names = append(names, cobra.CompletionWithDesc(c.Name(), c.Short))
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			of, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return noArguments(root, args)
			}
			of.InitDefaultHelpFlag()
			return of.Help()
		},
	}
}

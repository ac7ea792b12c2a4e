package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"csicert/framework/run"
)

func initVerb(a *app) *cobra.Command {
	var o run.Options
	var namespace, file string
	var force bool
	cmd := &cobra.Command{
		Use:     "init",
		Short:   "Write a first definition of a driver that is installed on a cluster of yours, from what can be seen there",
		Example: "  csicert init --kubeconfig FILE --context NAME --driver disk.csi.example.com --file my-driver.yaml",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := os.Lstat(file); file != "-" && !force && err == nil {
				return there(file)
			}
			text, err := run.Init(cmd.Context(), o, o.Driver, namespace)
			if err != nil {
				return err
			}
			if file == "-" {
				_, err = io.WriteString(a.stdout, text)
				return err
			}
			return writeNew(file, text, force)
		},
	}
	cmd.Flags().StringVar(&o.Kubeconfig, "kubeconfig", "", "the cluster's kubeconfig; never a default one")
	cmd.Flags().StringVar(&o.Context, "context", "", "the context in that kubeconfig; never its current one")
	cmd.Flags().StringVar(&o.Driver, "driver", "", "name of the driver's CSIDriver object; not needed where there is one only")
	cmd.Flags().StringVar(&namespace, "namespace", "", "where the driver's pods are; by default it is looked for")
	cmd.Flags().StringVar(&file, "file", "-", "the file to write; - for standard output")
	cmd.Flags().BoolVar(&force, "force", false, "write over a file that is there")
	return cmd
}

func there(file string) error {
	return run.Invalid{Field: "--file", Found: file + ", which is there", Accepted: "a file that is not there yet, or --force"}
}

// writeNew writes a file that was not there, unless it is forced.
func writeNew(file, text string, force bool) error {
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if force {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(file, flags, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return there(file)
	}
	if err != nil {
		return run.Invalid{Field: "--file", Found: err.Error(), Accepted: "a file that can be written"}
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	return nil
}

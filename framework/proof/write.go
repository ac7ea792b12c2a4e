package proof

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"csicert/reports/mutants"
	"csicert/reports/variations"
)

// Write writes the matrix to a folder, which is made where it is missing: mutants.json, mutants.xml (JUnit) and
// mutants.html.
func Write(m mutants.Matrix, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("making the reports' folder: %w", err)
	}
	return errors.Join(
		write(filepath.Join(folder, "mutants.json"), m.WriteJSON),
		write(filepath.Join(folder, "mutants.xml"), m.WriteJUnit),
		write(filepath.Join(folder, "mutants.html"), m.WriteHTML))
}

// WriteVariations writes the table of variations as JSON and JUnit into a folder, which it makes.
func WriteVariations(t variations.Table, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("making the reports' folder: %w", err)
	}
	return errors.Join(
		write(filepath.Join(folder, "variations.json"), t.WriteJSON),
		write(filepath.Join(folder, "variations.xml"), t.WriteJUnit))
}

func write(path string, render func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return fmt.Errorf("writing a report: %w", err)
	}
	return errors.Join(render(file), file.Close())
}

package run

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"csicert/reports/html"
	"csicert/reports/junit"
	"csicert/reports/markdown"
	"csicert/reports/statement"
	"csicert/reports/summary"
	"csicert/reports/verdict"
)

const (
	// RecordFile is the record's name in a run's folder.
	RecordFile = "record.json"
	// Latest is the link to the last run's folder, in the folder of all reports.
	Latest = "latest"

	junitFile     = "junit.xml"
	summaryFile   = "summary.txt"
	summaryWidth  = 100
	pageFile      = "report.html"
	markdownFile  = "summary.md"
	statementFile = "statement.yaml"
)

// writeReports writes all reports of a verdict into the run's folder, and makes the run the latest one: its JUnit file
// and its page stand in out too. Readers see the old files or the new ones, never a part.
func (s *Session) writeReports(v verdict.Verdict) error {
	return errors.Join(
		WriteReports(s.Dir, v),
		copyFile(filepath.Join(s.OutDir, junitFile), filepath.Join(s.Dir, junitFile)),
		copyFile(filepath.Join(s.OutDir, pageFile), filepath.Join(s.Dir, pageFile)),
		point(filepath.Join(s.OutDir, Latest), filepath.Join("runs", s.ID)),
	)
}

// WriteReports writes all reports of a verdict into a folder.
func WriteReports(dir string, v verdict.Verdict) error {
	var errs []error
	for _, report := range []struct {
		file  string
		write func(io.Writer) error
	}{
		{junitFile, func(w io.Writer) error { return junit.Write(w, v) }},
		{summaryFile, func(w io.Writer) error { return summary.Write(w, v, summaryWidth) }},
		{pageFile, func(w io.Writer) error { return html.Write(w, v) }},
		{markdownFile, func(w io.Writer) error { return markdown.Write(w, v) }},
	} {
		var content bytes.Buffer
		err := report.write(&content)
		if err == nil {
			err = WriteFile(filepath.Join(dir, report.file), content.Bytes())
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// WriteStatement writes the statement of a record beside the record's file, which must be as it stays: the statement
// carries its digest.
func WriteStatement(record string, r verdict.Record) error {
	digest, err := verdict.DigestOf(record)
	if err != nil {
		return err
	}
	s, err := statement.Of(r, digest)
	if err != nil {
		return err
	}
	var content bytes.Buffer
	if err := s.Write(&content); err != nil {
		return err
	}
	return WriteFile(filepath.Join(filepath.Dir(record), statementFile), content.Bytes())
}

// WriteFile writes a report that appears complete or not at all. It is for the owner's eyes, as evidence may hold more
// than its author knew.
func WriteFile(path string, content []byte) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	_, err = temp.Write(content)
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", path, err), os.Remove(temp.Name()))
	}
	return nil
}

func copyFile(to, from string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("reading a report: %w", err)
	}
	return WriteFile(to, content)
}

// point replaces a symbolic link in one step.
func point(link, target string) error {
	temp, err := os.MkdirTemp(filepath.Dir(link), ".link-*")
	if err != nil {
		return fmt.Errorf("pointing to the latest run: %w", err)
	}
	next := filepath.Join(temp, Latest)
	err = os.Symlink(target, next)
	if err == nil {
		err = os.Rename(next, link)
	}
	if err = errors.Join(err, os.RemoveAll(temp)); err != nil {
		return fmt.Errorf("pointing to the latest run: %w", err)
	}
	return nil
}

var idForm = regexp.MustCompile(`^[0-9]{6}-[0-9]{6}-[0-9a-f]{4}$`)

// FindRecord turns what a user calls a run, its ID, "latest" or a path, into the path of its record.
func FindRecord(out, name string) string {
	if name == Latest {
		return filepath.Join(out, Latest, RecordFile)
	}
	if idForm.MatchString(name) {
		return filepath.Join(out, "runs", name, RecordFile)
	}
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return filepath.Join(name, RecordFile)
	}
	return name
}

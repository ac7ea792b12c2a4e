package run

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"csicert/reports/junit"
	"csicert/reports/summary"
	"csicert/reports/verdict"
)

const (
	// RecordFile is the record's name in a run's folder.
	RecordFile = "record.json"
	// Latest is the link to the last run's folder, in the folder of all reports.
	Latest = "latest"

	junitFile    = "junit.xml"
	summaryFile  = "summary.txt"
	summaryWidth = 100
)

// writeReports writes all reports of a verdict into the run's folder, and makes the run the latest one: its JUnit file
// stands in out too. Readers see the old files or the new ones, never a part.
func (s *Session) writeReports(v verdict.Verdict) error {
	return errors.Join(
		WriteReports(s.Dir, v),
		copyFile(filepath.Join(s.OutDir, junitFile), filepath.Join(s.Dir, junitFile)),
		point(filepath.Join(s.OutDir, Latest), filepath.Join("runs", s.ID)),
	)
}

// WriteReports writes all reports of a verdict into a folder.
func WriteReports(dir string, v verdict.Verdict) error {
	var xml, text bytes.Buffer
	if err := junit.Write(&xml, v); err != nil {
		return err
	}
	if err := summary.Write(&text, v, summaryWidth); err != nil {
		return err
	}
	return errors.Join(
		WriteFile(filepath.Join(dir, summaryFile), text.Bytes()),
		WriteFile(filepath.Join(dir, junitFile), xml.Bytes()),
	)
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

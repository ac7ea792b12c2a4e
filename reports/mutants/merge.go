package mutants

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"csicert/framework/catalogue"
	"csicert/reports/verdict"
)

// inputError is a file that cannot be used as it was given.
type inputError struct{ message string }

func (e inputError) Error() string { return e.message }

// BadInput marks the error as the caller's to mend: the command exits 4.
func (inputError) BadInput() bool { return true }

func badInput(format string, args ...any) error { return inputError{fmt.Sprintf(format, args...)} }

// Load reads a mutants.json. A file that is not one, or one of another schema, is bad input.
func Load(path string) (Matrix, error) {
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return Matrix{}, badInput("mutants: found no file %s, accepted is the mutants.json of an earlier run", path)
	}
	if err != nil {
		return Matrix{}, fmt.Errorf("reading the mutant matrix: %w", err)
	}
	var form struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(data, &form); err != nil {
		return Matrix{}, badInput("mutants %s: found no JSON object (%v), accepted is schema %q", path, err, Schema)
	}
	if form.Schema != Schema {
		return Matrix{}, badInput("mutants %s: schema: found %q, accepted is %q", path, form.Schema, Schema)
	}
	var m Matrix
	if err := json.Unmarshal(data, &m); err != nil {
		return Matrix{}, badInput("mutants %s: found what is not of schema %q: %v", path, Schema, err)
	}
	for _, row := range m.Rows {
		if _, known := m.proof(row); !known {
			return Matrix{}, badInput("mutants %s: rows: found run %q of %s under %s, accepted are the IDs in runs", path, row.Proof, row.Requirement, row.Mutant)
		}
	}
	return m, nil
}

// proof is the run of a row; the zero one of a row that was never run.
func (m Matrix) proof(row Row) (Proof, bool) {
	if row.Proof == "" {
		return Proof{}, true
	}
	i := slices.IndexFunc(m.Proofs, func(p Proof) bool { return p.ID == row.Proof })
	if i < 0 {
		return Proof{}, false
	}
	return m.Proofs[i], true
}

// Merge makes one matrix of several: of a pair the row of the run that began last is kept, whatever its outcome. Runs
// of which no row is left are left out.
func Merge(all ...Matrix) Matrix {
	type pair struct {
		id     catalogue.ID
		mutant string
	}
	type found struct {
		row   Row
		proof Proof
	}
	newest := map[pair]found{}
	for _, m := range all {
		for _, row := range m.Rows {
			proof, _ := m.proof(row)
			at := pair{row.Requirement, row.Mutant}
			if was, there := newest[at]; !there || proof.Started.After(was.proof.Started) {
				newest[at] = found{row, proof}
			}
		}
	}
	merged := Matrix{Schema: Schema}
	for _, f := range newest {
		merged.Rows = append(merged.Rows, f.row)
		if f.row.Proof != "" && !slices.ContainsFunc(merged.Proofs, func(p Proof) bool { return p.ID == f.proof.ID }) {
			merged.Proofs = append(merged.Proofs, f.proof)
		}
	}
	merged.sort()
	return merged
}

// Against is the matrix of a catalogue: with a row for every pair that it names, of which those that were never run are
// inconclusive, and with the catalogue's own words. Rows of pairs that it no longer names are counted and left out.
func (m Matrix) Against(requirements []catalogue.Requirement) (current Matrix, outdated int) {
	current = Matrix{Schema: Schema}
	for _, named := range Judge(requirements, verdict.Verdict{}, nil).Rows {
		row := named
		row.Proof = ""
		i := slices.IndexFunc(m.Rows, func(r Row) bool { return r.Requirement == named.Requirement && r.Mutant == named.Mutant })
		if i >= 0 {
			row = m.Rows[i]
			row.Level, row.Statement, row.Wrong, row.Rerun = named.Level, named.Statement, named.Wrong, named.Rerun
		}
		current.Rows = append(current.Rows, row)
	}
	for _, p := range m.Proofs {
		if slices.ContainsFunc(current.Rows, func(r Row) bool { return r.Proof == p.ID }) {
			current.Proofs = append(current.Proofs, p)
		}
	}
	for _, row := range m.Rows {
		if !slices.ContainsFunc(current.Rows, func(r Row) bool { return r.Requirement == row.Requirement && r.Mutant == row.Mutant }) {
			outdated++
		}
	}
	current.sort()
	return current, outdated
}

package verdict

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Load reads a record that Save wrote. A file that is not one, or one of another schema, is bad input.
func Load(path string) (Record, error) {
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return Record{}, badInput("run record: found no file %s, accepted is the record.json of an earlier run", path)
	}
	if err != nil {
		return Record{}, fmt.Errorf("reading the run record: %w", err)
	}
	// The schema is looked at first: a record of another form would otherwise be blamed for its fields.
	var form struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(data, &form); err != nil {
		return Record{}, badInput("run record %s: found no JSON object (%v), accepted is schema %q", path, err, Schema)
	}
	if form.Schema != Schema {
		return Record{}, badInput("run record %s: schema: found %q, accepted is %q", path, form.Schema, Schema)
	}
	var r Record
	if err := json.Unmarshal(data, &r); err != nil {
		return Record{}, badInput("run record %s: found what is not a record of schema %q: %v", path, Schema, err)
	}
	return r, nil
}

// Save writes the record so that a reader sees the whole of it or the file that was there before. The folder is
// made where it is missing; both are for the owner's eyes, since evidence may hold more than its author knew.
func (r Record) Save(path string) error {
	if r.Schema != "" && r.Schema != Schema {
		return badInput("run record: schema: found %q, accepted is %q", r.Schema, Schema)
	}
	r.Schema = Schema
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return fmt.Errorf("encoding the run record: %w", err)
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("making the run record's folder: %w", err)
	}
	file, err := os.CreateTemp(folder, ".run-*") // created 0600
	if err != nil {
		return fmt.Errorf("writing the run record: %w", err)
	}
	defer os.Remove(file.Name()) // gone already once the rename has happened
	_, err = file.Write(append(data, '\n'))
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing the run record: %w", err)
	}
	return nil
}

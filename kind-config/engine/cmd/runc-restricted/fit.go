package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"

	"csicert/kind-config/engine/capability"
)

// specKind is how a file describes a process.
type specKind int

const (
	none      specKind = iota
	container          // config.json of a bundle: the process is its "process" member
	process            // the file given to exec --process: the process itself
)

// limits is what the host cannot exceed.
type limits struct {
	Missing []string                         // capabilities no process here can hold
	Hard    func(name string) (uint64, bool) // hard limit of an OCI rlimit name such as RLIMIT_NOFILE; false: not known
}

// fit takes out of a specification what the host cannot grant and leaves everything else, unknown members and
// exact numbers included, as it was.
func fit(spec []byte, kind specKind, host limits) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(spec))
	decoder.UseNumber()
	var root map[string]any
	if err := decoder.Decode(&root); err != nil {
		return nil, fmt.Errorf("reading a specification: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("reading a specification: something follows its end")
	}
	proc := root
	if kind == container {
		member, present := root["process"]
		if !present || member == nil {
			return spec, nil
		}
		object, ok := member.(map[string]any)
		if !ok {
			return nil, fmt.Errorf(`"process" is %T, want an object`, member)
		}
		proc = object
	}
	dropCapabilities(proc, host.Missing)
	if slices.Contains(host.Missing, capability.SysResource) {
		dropNegativeScore(proc)
		if err := clampLimits(proc, host.Hard); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(root); err != nil {
		return nil, fmt.Errorf("writing a specification: %w", err)
	}
	return out.Bytes(), nil
}

// dropCapabilities covers every set the specification has: bounding, effective, inheritable, permitted, ambient.
func dropCapabilities(proc map[string]any, missing []string) {
	sets, _ := proc["capabilities"].(map[string]any)
	for name, value := range sets {
		list, ok := value.([]any)
		if !ok {
			continue
		}
		sets[name] = slices.DeleteFunc(list, func(entry any) bool {
			text, _ := entry.(string)
			return slices.Contains(missing, text)
		})
	}
}

func dropNegativeScore(proc map[string]any) {
	score, _ := proc["oomScoreAdj"].(json.Number)
	if value, err := score.Int64(); err == nil && value < 0 {
		delete(proc, "oomScoreAdj")
	}
}

func clampLimits(proc map[string]any, hard func(string) (uint64, bool)) error {
	list, _ := proc["rlimits"].([]any)
	for _, entry := range list {
		limit, _ := entry.(map[string]any)
		name, _ := limit["type"].(string)
		most, known := hard(name)
		if !known {
			continue
		}
		for _, field := range []string{"hard", "soft"} {
			number, present := limit[field].(json.Number)
			if !present {
				continue
			}
			value, err := strconv.ParseUint(number.String(), 10, 64)
			if err != nil {
				return fmt.Errorf("the %s limit of %s: %w", field, name, err)
			}
			if value > most {
				limit[field] = json.Number(strconv.FormatUint(most, 10))
			}
		}
	}
	return nil
}

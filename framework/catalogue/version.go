package catalogue

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// versionLength is how many hexadecimal digits tell catalogues apart.
const versionLength = 12

// Version is a digest of what the requirements promise, in whatever order they stand: two catalogues of one version
// make the same judgements. Mutants are how a promise is proven, Surveys and Nodes
// how a run is planned: no part of it.
func Version(requirements []Requirement) string {
	all := slices.SortedFunc(slices.Values(requirements), func(a, b Requirement) int { return cmp.Compare(a.ID, b.ID) })
	h := sha256.New()
	for _, r := range all {
		h.Write([]byte(r.promise() + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil))[:versionLength]
}

// promise is one line with all of the requirement but its mutants.
func (r Requirement) promise() string {
	r.Mutants, r.Surveys, r.Nodes = nil, false, false
	line, err := json.Marshal(r)
	if err != nil { // only a level that is none has no JSON form
		return string(r.ID) + " " + r.Level.String()
	}
	return string(line)
}

// Changes names the requirements whose promise differs between two catalogues, by ID: changed, new in the second, or
// gone from it.
func Changes(from, to []Requirement) []ID {
	promises := map[ID]string{}
	for _, r := range from {
		promises[r.ID] = r.promise()
	}
	var changed []ID
	for _, r := range to {
		if was, there := promises[r.ID]; !there || was != r.promise() {
			changed = append(changed, r.ID)
		}
		delete(promises, r.ID)
	}
	for id := range promises {
		changed = append(changed, id)
	}
	slices.Sort(changed)
	return changed
}

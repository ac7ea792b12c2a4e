package verdict

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/onsi/ginkgo/v2/types"

	"csicert/framework/catalogue"
)

func sorted(requirements []catalogue.Requirement) ([]catalogue.Requirement, error) {
	if len(requirements) == 0 {
		return nil, badInput("run record: requirements: found none, accepted is the catalogue that the run judged")
	}
	byID := slices.SortedFunc(slices.Values(requirements), func(a, b catalogue.Requirement) int {
		return cmp.Or(cmp.Compare(a.ID.Area(), b.ID.Area()), cmp.Compare(a.ID, b.ID))
	})
	for i, requirement := range byID {
		if !requirement.ID.Valid() {
			return nil, badInput("run record: requirements: found the ID %q, accepted is the form AREA-000", requirement.ID)
		}
		if i > 0 && byID[i-1].ID == requirement.ID {
			return nil, badInput("run record: requirements: found %s twice, accepted is once", requirement.ID)
		}
	}
	return byID, nil
}

// identify finds the spec of each requirement by its label, which every spec has, even one whose body never
// ran. Of the nodes that are no specs it keeps the failures.
func identify(all []types.SpecReport, requirements []catalogue.Requirement) (map[catalogue.ID]types.SpecReport, []string, error) {
	specs := map[catalogue.ID]types.SpecReport{}
	var problems []string
	for _, spec := range all {
		if spec.LeafNodeType.Is(types.NodeTypesForSuiteLevelNodes) {
			if spec.Failed() {
				problems = append(problems, fmt.Sprintf("%s %s: %s", spec.LeafNodeType, spec.State, failureText(spec.Failure)))
			}
			continue
		}
		if !spec.LeafNodeType.Is(types.NodeTypeIt) {
			return nil, nil, badInput("run record: specs: found a node of type %q, accepted are It and suite nodes", spec.LeafNodeType)
		}
		id, err := identity(spec)
		if err != nil {
			return nil, nil, err
		}
		if !slices.ContainsFunc(requirements, func(r catalogue.Requirement) bool { return r.ID == id }) {
			return nil, nil, badInput("run record: specs: found %s on %q, accepted are the IDs in requirements", id, spec.FullText())
		}
		if other, twice := specs[id]; twice {
			return nil, nil, badInput("run record: specs: found %s on %q and on %q, accepted is one spec for each requirement",
				id, other.FullText(), spec.FullText())
		}
		specs[id] = spec
	}
	slices.Sort(problems) // processes end in any order
	return specs, slices.Compact(problems), nil
}

func identity(spec types.SpecReport) (catalogue.ID, error) {
	var ids []catalogue.ID
	for _, label := range spec.Labels() {
		if id := catalogue.ID(label); id.Valid() {
			ids = append(ids, id)
		}
	}
	if len(ids) != 1 {
		return "", badInput("run record: specs: found the requirements %v on %q, accepted is exactly one label of the form AREA-000",
			ids, spec.FullText())
	}
	return ids[0], nil
}

// IDOf is the requirement that a spec judges; false for Ginkgo's own nodes.
func IDOf(spec types.SpecReport) (catalogue.ID, bool) {
	if !spec.LeafNodeType.Is(types.NodeTypeIt) {
		return "", false
	}
	id, err := identity(spec)
	return id, err == nil
}

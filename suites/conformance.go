// Package suites is the table of contents of what is promised: every area, and with them every requirement.
package suites

import (
	"slices"

	"csicert/framework/catalogue"
	"csicert/suites/binding"
	"csicert/suites/localpv"
	"csicert/suites/provisioning"
	"csicert/suites/snapshot"
)

// Requirements of all areas, in the order of areas and IDs.
func Requirements() []catalogue.Requirement {
	return slices.Concat(
		binding.Requirements,
		localpv.Requirements,
		provisioning.Requirements,
		snapshot.Requirements,
	)
}

// Retired are IDs that once were a requirement's and are never used again.
func Retired() []catalogue.ID { return nil }

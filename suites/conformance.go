// Package suites is the table of contents of what is promised: every area, and with them every requirement.
package suites

import (
	"slices"

	"csicert/framework/catalogue"
	"csicert/suites/binding"
	"csicert/suites/lifecycle"
	"csicert/suites/localpv"
	"csicert/suites/protocol"
	"csicert/suites/provisioning"
	"csicert/suites/publish"
	"csicert/suites/resilience"
	"csicert/suites/snapshot"
	"csicert/suites/topology"
)

// Requirements of all areas, in the order of areas and IDs.
func Requirements() []catalogue.Requirement {
	return slices.Concat(
		binding.Requirements,
		lifecycle.Requirements,
		localpv.Requirements,
		protocol.Requirements,
		provisioning.Requirements,
		publish.Requirements,
		resilience.Requirements,
		snapshot.Requirements,
		topology.Requirements,
	)
}

// Retired are IDs that once were a requirement's and are never used again.
func Retired() []catalogue.ID { return nil }

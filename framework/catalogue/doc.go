// Package catalogue holds what a requirement is, so that specs, reports and documents speak of the same thing.
//
// A requirement is a value that stands beside the spec that judges it. Its identity travels through Ginkgo as
// labels, its mutants through the proof, its source into the report. The package imports nothing of this project.
package catalogue

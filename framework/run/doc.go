// Package run exists because a certificate needs more than specs: an engine, images, a cluster, and the certainty that
// all of it is taken away again. It leads a run through its phases (engine, images, cluster, suites, cleanup, report)
// and is the only place that knows their order.
//
// A Session is a cluster made ready for judging; it serves one pass of the suites, or many under mutants.
package run

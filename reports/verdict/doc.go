// Package verdict exists so that what a run means is decided in one place, from what was written down and from
// nothing else: every report is a rendering of the same Verdict, and can be made again with no cluster.
package verdict

// Package proof exists because a check is worth what it catches: it runs every spec in a cluster as it is and again
// under each defect that its requirement claims to catch, beside each other in the same cluster, and has the results
// held against each other.
//
// The specs and the lab are the very same programs in all passes. A pass under a mutant differs in one label that the
// lab puts on what it creates, and a policy of the cluster spoils the objects that have it.
//
// The other way round, a check that condemns what is right is worth nothing either: the same passes run under drivers that
// keep their promises in other ways (see Vary), and none may fail.
package proof

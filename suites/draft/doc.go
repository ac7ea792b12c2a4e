// Package draft holds specs that are written and not proven: none has run on a cluster, and most of their mutants do not
// exist. They are compiled and linted, and no run judges by them. faults/ says which mutants each area waits for: name,
// kind, what is wrong, how. An area leaves this folder, and takes the place of the smaller one of its name, when
// `make mutants` has killed a mutant of each of its requirements.
package draft

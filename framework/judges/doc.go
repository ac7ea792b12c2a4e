// Package judges proves the judges as the mutants prove the specs: each edit breaks one judge in one stated way, and
// the tests of the judge's package must fail with it. A judge is whatever can call wrong right: the matchers, the
// comparison of trees, the fences, the inventory, the verdict, JUnit, and the judge of the mutants.
//
// All of it is tests. `make test` makes the few edits that cost the least, `make judges` makes all.
package judges

// Package payload exists so that "the data is still there" can be judged exactly: it makes trees of files from a
// seed, lists what a tree holds, and tells two listings apart path by path.
//
// A [Tree] is a recipe. Its [Tree.Manifest] says what the recipe makes, without any file system; [Walk] says what a
// directory really holds. [Diff] compares two manifests and never takes a part for the whole. The package imports
// nothing of this project and works on Linux only.
package payload

//go:build !release

package build

// carriedArchive is empty in a binary that was built from a checkout for use in it.
func carriedArchive() []byte { return nil }

// Package contents exists so that an image's name can tell what is in it: a node that has the name has the image.
package contents

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"csicert/kind-config/images"
)

// Length of a hash, in hex digits.
const Length = 12

// Hash is of all that an image holds: its files with their bytes, and how it is started.
func Hash(spec images.Spec) (string, error) {
	sum := sha256.New()
	files := slices.Clone(spec.Files)
	slices.SortFunc(files, func(a, b images.File) int { return strings.Compare(a.Path, b.Path) })
	for _, f := range files {
		fmt.Fprintf(sum, "%q %o %q %q\n", f.Path, f.Mode, f.Link, f.Content)
		if f.Source == "" {
			continue
		}
		if err := hashFile(sum, f.Source); err != nil {
			return "", err
		}
	}
	fmt.Fprintf(sum, "%q %q %q\n", spec.Entrypoint, spec.Env, spec.User)
	return hex.EncodeToString(sum.Sum(nil))[:Length], nil
}

func hashFile(to io.Writer, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("hashing an image's file: %w", err)
	}
	defer file.Close() // only read
	if _, err := io.Copy(to, file); err != nil {
		return fmt.Errorf("hashing %s: %w", name, err)
	}
	return nil
}

// Package nodeimage exists so that a kind cluster can be had on a machine that reaches no container registry: it provides
// the node image for one pinned Kubernetes, pulled by digest where a registry answers, otherwise built from Go modules
// and Debian packages.
//
// A build is a row of steps. Each has a key, the hash of what goes into it, and a folder in the cache that appears under
// that key only when the step is complete; an interrupted build therefore goes on where it stopped.
package nodeimage

import (
	"fmt"
	"io"
	"log/slog"
)

// Options say where the node image's sources are and where its parts are kept. All fields but Build are required.
type Options struct {
	Source string // checkout root: holds go.mod and kind-config/nodeimage/components
	// Kubernetes is the minor version, such as 1.34; empty: the newest that is pinned.
	Kubernetes string
	CacheDir   string       // folder of finished steps and of the log, created with mode 0700
	Docker     string       // path of the docker client
	Log        *slog.Logger // what was decided and why
	Out        io.Writer    // progress for a person: one line per step
	Build      bool         // never pull, and take no image that was pulled or loaded before
}

// Where an image came from.
const (
	Pulled = "pulled" // by digest, from a registry that answered
	Built  = "built"  // on this machine, from the pinned components
	Loaded = "loaded" // from a file that Save wrote, here or elsewhere
)

// Image is a node image that this machine's docker has.
type Image struct {
	Ref        string      `json:"ref"`        // docker reference, for kind's `image` field
	Kubernetes string      `json:"kubernetes"` // version of the kubelet inside, such as v1.37.2
	Origin     string      `json:"origin"`     // Pulled, Built or Loaded
	HasCNI     bool        `json:"hasCNI"`     // false: set disableDefaultCNI and write a network configuration to each node
	Components []Component `json:"components"` // sorted by name
}

// Component is one part of a node image.
type Component struct {
	Name    string `json:"name"`    // such as kubelet, "image etcd", "debian base"
	Version string `json:"version"` // as pinned in go.mod, or as the package archive names it
	Source  string `json:"source"`  // Go module and checksum, or suite and packages
	Digest  string `json:"digest"`  // sha256:<hex> of the binary, of the image's manifest, or of the list of packages
}

// OptionError says which field of Options, or which file, cannot be used.
type OptionError struct {
	Field    string
	Found    string
	Accepted string
}

// Error implements error.
func (e *OptionError) Error() string {
	return fmt.Sprintf("node image: %s is %q; accepted: %s", e.Field, e.Found, e.Accepted)
}

// BadInput marks the error as the caller's to mend.
func (*OptionError) BadInput() bool { return true }

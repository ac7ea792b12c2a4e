// Package protocol is what the node plugin and the mounter daemon say to
// each other: JSON over HTTP on a Unix socket. An answer other than 200 has
// a Failure as its body.
package protocol

// The requests, each a POST.
const (
	MountPath   = "/v1/mount"   // a Mount; answered when the mount answers
	UnmountPath = "/v1/unmount" // an Unmount; nothing there is no failure
)

// MaxBody bounds the body of a request or answer, in bytes.
const MaxBody = 1 << 20

// Mount asks for an export at a folder.
type Mount struct {
	Server    string   `json:"server"`
	Port      int      `json:"port,omitempty"`
	MountPort int      `json:"mountPort,omitempty"`
	Path      string   `json:"path"`
	Target    string   `json:"target"`
	Options   []string `json:"options,omitempty"`
}

// Unmount asks that nothing be mounted at a folder.
type Unmount struct {
	Target string `json:"target"`
}

// Failure says in one sentence why a request was not carried out.
type Failure struct {
	Message string `json:"message"`
}

package agent

import (
	"context"
	"io"
	"strconv"

	"csicert/framework/payload"
)

// Request is one verb with all it needs. Only this package has requests.
type Request interface {
	// Args is the command line, without the name of the program.
	Args() []string
	run(ctx context.Context, stdin io.Reader, stdout io.Writer) error
}

// Hold keeps a pod alive: as process 1 it reaps what is orphaned, prints "holding" and ends at once on SIGTERM or
// SIGINT.
type Hold struct{}

// End has the program end that holds the pod alive, as if it had done its work: the kubelet is to start its container again.
// With it the container's other programs end, this one among them, which may come before it could say that it did.
type End struct{}

// Fill writes a tree and answers with a [payload.Manifest] of all that is in Dir then.
type Fill struct {
	Tree payload.Tree
	Dir  string
}

// Mutate changes a tree that was written before and answers with a [payload.Manifest] of all that is in Dir then.
type Mutate struct {
	Tree payload.Tree
	Dir  string
}

// Digest answers with a [payload.Manifest] of what is in Dir.
type Digest struct{ Dir string }

// Put stores standard input as the file Name in Dir: whole or not at all, on the volume when it answers. It replaces
// a file of that name and answers with a [Stored].
type Put struct{ Name, Dir string }

// Get copies the file Name of Dir to standard output, as it is.
type Get struct{ Name, Dir string }

// TryWrite tries to create and fill a file in Dir, removes it again and answers with an [Attempt]; that it was not
// written is an answer and no failure. That Dir cannot be opened is a failure: it tells nothing about writing.
type TryWrite struct{ Dir string }

// Mkdir makes the directory Name, of mode Mode whatever the umask, and parents that are lacking, below Under. A
// directory that exists is a failure, for what is in it would be taken for new.
type Mkdir struct {
	Under, Name string
	Mode        payload.Mode
}

// Rmtree removes the directory or file Name below Under with all that is in it; one that is not there is no failure.
// It follows no symlink and enters no mount point: it fails where it meets one.
type Rmtree struct{ Under, Name string }

// List answers with the [Names] directly below Under.
type List struct{ Under string }

// Seek answers with the [Remains] of what is called by one of Names: what stands below each of the folders Under, at most
// [SeekDepth] deep, and the mounts with an element of that name in their mount point, their source or its part. It follows
// no symlink.
type Seek struct {
	Under  []string
	Mounts string // the table of mounts, as /proc/PID/mountinfo; empty: mounts are not looked for
	Names  []string
}

// Survey answers with the [Remains] of all that stands below the folders, at most [SeekDepth] deep. It follows no symlink.
type Survey struct{ Under []string }

// Stat answers with a [Status] of Dir.
type Stat struct{ Dir string }

// ID answers with the [Identity] of the program.
type ID struct{}

// Stored says what [Put] stored.
type Stored struct {
	Size   int64  `json:"size"`   // bytes
	SHA256 string `json:"sha256"` // hexadecimal
}

// Attempt says how a write ended.
type Attempt struct {
	Written bool `json:"written"`
	// Errno is the error's symbol, for example "EROFS".
	Errno   string `json:"errno,omitempty"`
	Message string `json:"message,omitempty"`
}

// Names lists a directory, sorted.
type Names struct {
	Names []payload.Path `json:"names"`
}

// Remains are what was found on a node.
type Remains struct {
	Below  [][]payload.Path `json:"below"`  // for each folder, in the order asked for: paths below it
	Mounts []payload.Path   `json:"mounts"` // mount points
}

// Status tells of a directory and the file system it is on.
type Status struct {
	TotalBytes uint64 `json:"totalBytes"`
	// FreeBytes is what a user without privileges may still write.
	FreeBytes   uint64 `json:"freeBytes"`
	TotalInodes uint64 `json:"totalInodes"`
	FreeInodes  uint64 `json:"freeInodes"`
	// FileSystem is a name such as "ext4" or "nfs", or the number of statfs(2) in hexadecimal.
	FileSystem string       `json:"fileSystem"`
	ReadOnly   bool         `json:"readOnly"`
	Device     string       `json:"device"` // "major:minor"
	Mode       payload.Mode `json:"mode"`
	UID        uint32       `json:"uid"`
	GID        uint32       `json:"gid"`
	// MountPoint: something is mounted on the directory itself.
	MountPoint bool `json:"mountPoint"`
}

// Identity is who the program runs as.
type Identity struct {
	UID    int   `json:"uid"`
	GID    int   `json:"gid"`
	Groups []int `json:"groups"` // supplementary, sorted
}

// The "--" keeps a directory that begins with a dash from being taken for a flag.

// Args implements [Request].
func (Hold) Args() []string { return []string{"hold"} }

// Args implements [Request].
func (End) Args() []string { return []string{"end"} }

// Args implements [Request].
func (r Fill) Args() []string { return tree("fill", r.Tree, r.Dir) }

// Args implements [Request].
func (r Mutate) Args() []string { return tree("mutate", r.Tree, r.Dir) }

// Args implements [Request].
func (r Digest) Args() []string { return []string{"digest", "--", r.Dir} }

// Args implements [Request].
func (r Put) Args() []string { return []string{"put", "-name=" + r.Name, "--", r.Dir} }

// Args implements [Request].
func (r Get) Args() []string { return []string{"get", "-name=" + r.Name, "--", r.Dir} }

// Args implements [Request].
func (r TryWrite) Args() []string { return []string{"try-write", "--", r.Dir} }

// Args implements [Request].
func (r Mkdir) Args() []string {
	return []string{"mkdir", "-under=" + r.Under, "-mode=" + r.Mode.String(), "--", r.Name}
}

// Args implements [Request].
func (r Rmtree) Args() []string { return []string{"rmtree", "-under=" + r.Under, "--", r.Name} }

// Args implements [Request].
func (r List) Args() []string { return []string{"list", "-under=" + r.Under} }

// Args implements [Request].
func (r Seek) Args() []string {
	args := unders("seek", r.Under)
	if r.Mounts != "" {
		args = append(args, "-mounts="+r.Mounts)
	}
	return append(append(args, "--"), r.Names...)
}

// Args implements [Request].
func (r Survey) Args() []string { return unders("survey", r.Under) }

func unders(verb string, folders []string) []string {
	args := []string{verb}
	for _, f := range folders {
		args = append(args, "-under="+f)
	}
	return args
}

// Args implements [Request].
func (r Stat) Args() []string { return []string{"stat", "--", r.Dir} }

// Args implements [Request].
func (ID) Args() []string { return []string{"id"} }

func tree(verb string, t payload.Tree, dir string) []string {
	return []string{verb, "-kind=" + t.Kind, "-seed=" + strconv.FormatInt(t.Seed, 10), "--", dir}
}

package nfs3

import "time"

// Handle names a file on the server for as long as the file exists. It
// holds bytes, at most 64, and is a string so that it cannot change.
type Handle string

const maxHandle = 64

// FileType is an ftype3.
type FileType uint32

// The file types of NFSv3.
const (
	Regular FileType = iota + 1
	Directory
	Block
	Character
	Symlink
	Socket
	FIFO
)

// Attr are a file's attributes. Size and Used are bytes.
type Attr struct {
	Type                 FileType
	Mode                 uint32 // permission bits with setuid, setgid, sticky
	Links, UID, GID      uint32
	Size, Used           uint64
	Major, Minor         uint32 // of a device
	FileSystem, FileID   uint64
	Access, Modify, Made Time // Made is the ctime
}

// Time is an nfstime3: seconds since 1970, unsigned, and nanoseconds.
type Time struct{ Seconds, Nanoseconds uint32 }

// TimeOf converts a time; what lies outside 1970 to 2106 is clamped.
func TimeOf(t time.Time) Time {
	seconds := min(max(t.Unix(), 0), 1<<32-1)
	return Time{uint32(seconds), uint32(t.Nanosecond())}
}

// SetAttr says what to change; nil pointers and false mean leave it.
type SetAttr struct {
	Mode, UID, GID       *uint32
	Size                 *uint64
	Access, Modify       *Time
	AccessNow, ModifyNow bool // by the server's clock
}

// Space is what FSSTAT says, in bytes and files.
type Space struct {
	Total, Free, Available                uint64
	TotalFiles, FreeFiles, AvailableFiles uint64
}

// Entry is one name of a directory. Handle is empty and Attr nil where the
// server did not give them.
type Entry struct {
	FileID uint64
	Name   string
	Cookie uint64 // reading goes on behind it
	Attr   *Attr
	Handle Handle
}

// Verifier is an opaque token of the server.
type Verifier [8]byte

// Stability is a stable_how: how safe a write must be when it is answered.
type Stability uint32

// The two that are used.
const (
	Unstable Stability = 0
	FileSync Stability = 2
)

// Package tree exists because a snapshot is only worth what its copy keeps: it turns a folder into a stream and a
// stream into a folder, with everything that a POSIX file system and NFSv3 know of a file. That is names of any bytes,
// contents, types (regular, folder, symbolic link, fifo, socket, device), permission bits with setuid, setgid and
// sticky, numeric owners, modification times to the nanosecond, hard links and holes.
//
// The stream is a tar archive in PAX format with records of its own (CSICERT.*) for what tar has no field for. It ends
// with a closing record that counts the entries, so that a stream that was cut short is never taken for a whole one.
package tree

import "strings"

// The PAX records that are this format's own.
const (
	RecordExtents = "CSICERT.extents" // off+len,off+len...: where a file has data; its body holds nothing else
	RecordSize    = "CSICERT.size"    // bytes of a file, holes included
	RecordMode    = "CSICERT.mode"    // st_mode in octal, for the types and bits that tar does not carry
	RecordEntries = "CSICERT.entries" // on the closing record: how many entries came before it
)

// Closing is the name of the last record. No entry can have it: names in a tree are relative.
const Closing = "/end"

// root is the name under which the folder itself stands.
const root = "."

// parent and base split a name of the stream.
func split(name string) (parent, base string) {
	at := strings.LastIndexByte(name, '/')
	if at < 0 {
		return root, name
	}
	return name[:at], name[at+1:]
}

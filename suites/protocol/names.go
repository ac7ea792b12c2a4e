package protocol

import "strings"

// longest is the length of a name that is allowed: bytes (CSI, "Size Limits").
const longest = 128

// alike are IDs that are not the given one and that a careless driver takes for it. None of them is a path or a pattern of
// anything but it: a driver that goes wrong here must not go to what is not ours.
func alike(id string) []string {
	last := len(id) - 1
	return []string{
		id[:last], id + "0", id[:last] + otherThan(id[last]), " " + id, id + " ", strings.Repeat(id, 2),
		id + "/", id + "/.", "./" + id, "/" + id, id + "/../" + id, id[:last] + "*", id[:last] + "?", id[:last] + "%",
	}
}

// otherThan is a letter or digit that is not the given one.
func otherThan(c byte) string {
	if c == '0' {
		return "1"
	}
	return "0"
}

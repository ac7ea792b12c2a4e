package payload

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Aspect is a set of things about an entry that can be compared.
type Aspect uint8

// The aspects. That an entry exists, and its type, are compared whatever is asked for: nothing can be said about the
// mode of a file that is not there, and a comparison that is silent about it would take a part for the whole.
const (
	Content   Aspect = 1 << iota // sizes and bytes
	Links                        // targets of symlinks
	Modes                        // permissions, setuid, setgid, sticky
	Owners                       // uid and gid
	Times                        // modification times, to the nanosecond
	HardLinks                    // which names are the same file
	Holes                        // where a file holds no data

	// Core is what any volume keeps for its user.
	Core = Content | Links | Modes | Owners
	// All is every aspect.
	All = Core | Times | HardLinks | Holes
)

// String names the aspects, joined by "+".
func (a Aspect) String() string {
	var names []string
	for i, name := range []string{"content", "links", "modes", "owners", "times", "hardlinks", "holes"} {
		if a&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, "+")
}

// Difference is one thing in which two manifests are not the same.
type Difference struct {
	Path Path
	// Aspect under which it was seen; Content for entries that are missing, extra or of another type.
	Aspect Aspect
	// What differs: "missing", "extra", "type", "device", "size", "bytes", "target", "mode", "uid", "gid", "mtime",
	// "hard link" or "holes".
	What string
	// Want and Got are for people; the side that has no such entry is empty.
	Want, Got string
}

// String is one line, whatever bytes the path holds.
func (d Difference) String() string {
	switch d.What {
	case "missing":
		return fmt.Sprintf("%q: missing (%s)", string(d.Path), d.Want)
	case "extra":
		return fmt.Sprintf("%q: extra (%s)", string(d.Path), d.Got)
	}
	return fmt.Sprintf("%q: %s: want %s, got %s", string(d.Path), d.What, d.Want, d.Got)
}

// Diff tells in what got is not want, sorted by path; no aspects means all of them. No difference means that both
// hold the same names and types, and that each pair agrees in all aspects asked for.
func Diff(want, got Manifest, aspects ...Aspect) []Difference {
	var asked Aspect
	for _, a := range aspects {
		asked |= a
	}
	if asked &= All; asked == 0 {
		asked = All
	}
	var out []Difference
	w, g := sorted(want.Entries), sorted(got.Entries)
	// Merging, not looking up: a path listed twice on one side only is a difference too.
	for len(w) > 0 || len(g) > 0 {
		switch {
		case len(g) == 0 || len(w) > 0 && w[0].Path < g[0].Path:
			out = append(out, Difference{Path: w[0].Path, Aspect: Content, What: "missing", Want: string(w[0].Type)})
			w = w[1:]
		case len(w) == 0 || g[0].Path < w[0].Path:
			out = append(out, Difference{Path: g[0].Path, Aspect: Content, What: "extra", Got: string(g[0].Type)})
			g = g[1:]
		default:
			out = append(out, compare(w[0], g[0], asked)...)
			w, g = w[1:], g[1:]
		}
	}
	return out
}

func compare(w, g Entry, asked Aspect) []Difference {
	if w.Type != g.Type || w.Device != g.Device {
		d := Difference{Path: w.Path, Aspect: Content, What: "type", Want: string(w.Type), Got: string(g.Type)}
		if w.Type == g.Type {
			d.What, d.Want, d.Got = "device", w.Device, g.Device
		}
		// The rest of an entry of another type is of no interest.
		return []Difference{d}
	}
	var out []Difference
	note := func(a Aspect, differs bool, what string, want, got any) {
		if differs && asked&a != 0 {
			out = append(out, Difference{w.Path, a, what, fmt.Sprint(want), fmt.Sprint(got)})
		}
	}
	note(Content, w.Size != g.Size, "size", w.Size, g.Size)
	note(Content, w.SHA256 != g.SHA256, "bytes", "sha256 "+w.SHA256, "sha256 "+g.SHA256)
	note(Links, w.Target != g.Target, "target", quoted(w.Target), quoted(g.Target))
	note(Modes, w.Mode != g.Mode, "mode", w.Mode, g.Mode)
	note(Owners, w.UID != g.UID, "uid", w.UID, g.UID)
	note(Owners, w.GID != g.GID, "gid", w.GID, g.GID)
	note(Times, w.ModTime != g.ModTime, "mtime", stamp(w.ModTime), stamp(g.ModTime))
	note(HardLinks, w.HardLinkGroup != g.HardLinkGroup, "hard link", group(w), group(g))
	note(Holes, !slices.Equal(w.Holes, g.Holes), "holes", holes(w), holes(g))
	return out
}

func quoted(p Path) string { return fmt.Sprintf("%q", string(p)) }

func stamp(ns int64) string { return time.Unix(0, ns).UTC().Format(time.RFC3339Nano) }

func group(e Entry) string {
	if e.HardLinkGroup == "" {
		return "a file of its own"
	}
	return "the same file as " + quoted(e.HardLinkGroup)
}

func holes(e Entry) string {
	if len(e.Holes) == 0 {
		return "none"
	}
	var parts []string
	for _, h := range e.Holes {
		parts = append(parts, fmt.Sprintf("%d+%d", h.Offset, h.Length))
	}
	return strings.Join(parts, " ")
}

package payload

import (
	"fmt"
	"path"
	"strings"
)

const (
	kib = 1 << 10
	mib = 1 << 20
)

// mixed is the plan of [Mixed]: each group is there for a class of drivers that lost it.
func mixed(t Tree) []*node {
	var p plan
	top := t.String()
	in := func(elem ...string) string { return path.Join(append([]string{top}, elem...)...) }

	// At the root of the volume: a copy by "*" loses the hidden ones and trips over the dash.
	p.dir(top)
	p.file("."+top, 33)
	p.dir("." + top + ".d")
	p.file("."+top+".d/inside", 34).owned(1000, 1000)
	p.file("-"+top, 35)

	// Sizes around a block, and some blocks that no cache line divides.
	p.dir(in("sizes"))
	for _, size := range []int64{0, 1, 4095, 4096, 4097, 64*kib + 1, 3*mib + 4321} {
		p.file(in("sizes", fmt.Sprint(size)), size)
	}

	// Names; the two accented ones are equal after normalisation and must stay two.
	p.dir(in("names"))
	for i, name := range []string{
		".hidden", "..two dots", "with space", " leading", "trailing ", `quote'"`, "back\\slash", "new\nline", "tab\t",
		"-rf", "--", "*", "$HOME", "%2e%2e", "~", "#", "name", "NAME", "\u00e9-nfc", "e\u0301-nfd", "\U0001f4be", "\u7de8\u7801",
		strings.Repeat("n", 255), strings.Repeat("\u00e9", 127),
	} {
		p.file(in("names", name), int64(i)+1)
	}

	// Twenty levels, with something at the bottom and an empty one beside it.
	deep := in("deep")
	p.dir(deep)
	for level := 1; level < 20; level++ {
		deep = path.Join(deep, fmt.Sprintf("level-%d", level))
		p.dir(deep)
	}
	p.file(path.Join(deep, "bottom"), 513)
	p.dir(path.Join(deep, "empty"))

	// Links. The absolute target exists everywhere and cannot be harmed by a driver that follows it.
	p.dir(in("links"))
	p.symlink(in("links", "relative"), "../sizes/4096")
	p.symlink(in("links", "absolute"), "/proc/version")
	p.symlink(in("links", "dangling"), "../no/such/"+top)
	p.symlink(in("links", "to-directory"), "../deep")
	p.symlink(in("links", "to-itself"), "to-itself")
	p.symlink(in("links", "owned"), "relative").owned(1000, 2000)
	p.dir(in("links", "elsewhere"))
	pair := p.file(in("links", "hard-1"), 4099).owned(1000, 2000).moded(0o640)
	p.link(in("links", "hard-2"), pair)
	p.link(in("links", "elsewhere", "hard-3"), pair)
	p.fifo(in("fifo")).moded(0o620).owned(2, 3)

	// Holes at multiples of 64 KiB, so that no block size blurs them.
	p.dir(in("holes"))
	p.file(in("holes", "between"), 3*mib).sparse(Extent{Offset: mib, Length: 64 * kib}, Extent{Offset: 2 * mib, Length: 128 * kib})
	p.file(in("holes", "whole"), mib).sparse()
	p.file(in("holes", "tail"), mib).sparse(Extent{Length: 256 * kib})

	// Modes and owners, each with something inside where it is a directory.
	p.dir(in("modes"))
	p.dir(in("modes", "private")).moded(0o700).owned(1000, 1000)
	p.file(in("modes", "private", "key"), 99).moded(0o600).owned(1000, 1000)
	p.dir(in("modes", "sticky")).moded(0o1777)
	p.dir(in("modes", "setgid")).moded(0o2775).owned(0, 2000)
	p.file(in("modes", "setgid", "other-group"), 98).owned(1000, 1000)
	p.file(in("modes", "setuid-file"), 97).moded(0o4755).owned(1000, 1000)
	p.file(in("modes", "setgid-file"), 96).moded(0o2755).owned(0, 2000)
	p.file(in("modes", "none"), 95).moded(0)
	p.file(in("modes", "all"), 94).moded(0o777)
	p.file(in("modes", "nobody"), 93).owned(65534, 65534)
	p.file(in("modes", "high-id"), 92).owned(1_000_000, 2_000_000)

	p.plain(top)
	return p.nodes
}

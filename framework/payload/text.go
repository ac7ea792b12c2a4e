package payload

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Path is a slash-separated name below a tree's root, or the target of a symlink. File names are bytes, not text:
// a Path holds them unchanged, and its text form (JSON too) brings every byte back.
type Path string

// encoded marks the text form of a Path that JSON could not carry as it is.
const encoded = "base64:"

// MarshalText gives valid UTF-8 as it is and anything else as "base64:" and its bytes. A path that itself begins
// with "base64:" is encoded as well, so that no two paths share a text form.
func (p Path) MarshalText() ([]byte, error) {
	s := string(p)
	if utf8.ValidString(s) && !strings.HasPrefix(s, encoded) {
		return []byte(s), nil
	}
	return []byte(encoded + base64.StdEncoding.EncodeToString([]byte(s))), nil
}

// UnmarshalText is the inverse of [Path.MarshalText].
func (p *Path) UnmarshalText(text []byte) error {
	body, found := strings.CutPrefix(string(text), encoded)
	if !found {
		*p = Path(text)
		return nil
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(body)
	if err != nil {
		return fmt.Errorf("reading path %q: %w", text, err)
	}
	*p = Path(raw)
	return nil
}

// Mode is the permission bits with setuid (04000), setgid (02000) and sticky (01000), as chmod(2) takes them.
type Mode uint32

// String is the mode as four octal digits, for example "1777".
func (m Mode) String() string { return fmt.Sprintf("%04o", uint32(m)) }

// MarshalText is [Mode.String].
func (m Mode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads octal digits up to 7777.
func (m *Mode) UnmarshalText(text []byte) error {
	v, err := strconv.ParseUint(string(text), 8, 12)
	if err != nil {
		return fmt.Errorf("mode: found %q, accepted are octal digits from 0000 to 7777", text)
	}
	*m = Mode(v)
	return nil
}

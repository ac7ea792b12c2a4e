package nfs

import (
	"path"
	"regexp"
	"strings"

	"csicert/driver/filer"
)

// handle names a volume or snapshot among all filers.
type handle struct {
	zone string
	id   string // the filer's: v-HEX or s-HEX
}

var idForm = map[filer.Kind]*regexp.Regexp{
	filer.OfVolume:   regexp.MustCompile(`^v-[0-9a-f]{32}$`),
	filer.OfSnapshot: regexp.MustCompile(`^s-[0-9a-f]{32}$`),
}

// parse reads a handle; no for anything that this driver cannot have given out.
func parse(kind filer.Kind, text string) (handle, bool) {
	dot := strings.LastIndexByte(text, '.') // a zone's name may have dots, an ID has none
	if dot < 1 || !idForm[kind].MatchString(text[dot+1:]) {
		return handle{}, false
	}
	return handle{zone: text[:dot], id: text[dot+1:]}, true
}

func (h handle) String() string { return h.zone + "." + h.id }

// exported is the volume's folder on its filer. The ID's form keeps it below the export.
func (h handle) exported(export string) string { return path.Join(export, h.id, "data") }

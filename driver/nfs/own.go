package nfs

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"csicert/driver/nfs/share"
)

// Keys by which classes, and the context of volumes, name an administrator's own NFS server.
const (
	keyServer = "server" // host name or address
	keyShare  = "share"  // absolute path that the server exports
	keySubDir = "subDir" // folder below the share; in a class a template, the volume's name without one
)

var (
	ownKeys = []string{keyServer, keyShare, keySubDir}
	// classKeys are all that a class may say: where the zones are, or where the server is.
	classKeys = append([]string{keyZones}, ownKeys...)
)

const (
	ownScheme   = "own:"
	ownDivision = "#"
	// longestID is in bytes: CSI, "Size Limits".
	longestID = 128
)

// ownID is the handle of a volume on an own server: own:SERVER#SHARE#FOLDER, all that its deletion is told.
func ownID(at share.Place) string {
	return ownScheme + strings.Join([]string{at.Server, at.Share, at.Folder}, ownDivision)
}

// parseOwn reads a handle; no for anything that ownID cannot have given out.
func parseOwn(id string) (share.Place, bool) {
	rest, ok := strings.CutPrefix(id, ownScheme)
	parts := strings.Split(rest, ownDivision)
	if !ok || len(parts) != 3 || len(id) > longestID {
		return share.Place{}, false
	}
	at := share.Place{Server: parts[0], Share: parts[1], Folder: parts[2]}
	return at, checkPlace("volume_id", at) == nil
}

// ownContext tells a node what a volume's handle tells the controller.
func ownContext(at share.Place) map[string]string {
	return map[string]string{keyServer: at.Server, keyShare: at.Share, keySubDir: at.Folder}
}

// onOwnServer says whether a class is for volumes on an own server.
func onOwnServer(parameters map[string]string) bool {
	return slices.ContainsFunc(ownKeys, func(key string) bool { _, there := parameters[key]; return there })
}

// placeOf finds where a class wants the volume of the name. Errors: INVALID_ARGUMENT.
func placeOf(volume string, parameters map[string]string) (share.Place, error) {
	if err := checkParameters("parameters", parameters, ownKeys...); err != nil {
		return share.Place{}, err
	}
	at := share.Place{Server: parameters[keyServer], Share: parameters[keyShare], Folder: volume}
	if template := parameters[keySubDir]; template != "" {
		var err error
		if at.Folder, err = fill(template, parameters); err != nil {
			return share.Place{}, err
		}
	}
	if err := checkPlace("parameters", at); err != nil {
		return share.Place{}, err
	}
	if id := ownID(at); len(id) > longestID {
		return share.Place{}, badField("parameters", fmt.Sprintf("%d bytes of handle %s", len(id), id),
			fmt.Sprintf("%s, %s and %s that make a handle of at most %d bytes", keyServer, keyShare, keySubDir, longestID))
	}
	return at, nil
}

// variables of a template, and the parameters in which the provisioner tells them (--extra-create-metadata).
var variables = map[string]string{
	"${pvc.metadata.name}":      fromSidecars + "pvc/name",
	"${pvc.metadata.namespace}": fromSidecars + "pvc/namespace",
	"${pv.metadata.name}":       fromSidecars + "pv/name",
}

var variable = regexp.MustCompile(`\$\{[^}]*\}?`)

// fill puts values in the place of a template's variables. A value is a name, and makes one element of a path at most.
func fill(template string, parameters map[string]string) (folder string, err error) {
	field := "parameters." + keySubDir
	folder = variable.ReplaceAllStringFunc(template, func(name string) string {
		key, known := variables[name]
		value := parameters[key]
		switch {
		case err != nil:
		case !known:
			err = badField(field, fmt.Sprintf("%q", name), strings.Join(slices.Sorted(maps.Keys(variables)), ", "))
		case value == "":
			err = missing("parameters."+key, "the value of "+name+", from a provisioner with --extra-create-metadata")
		case strings.Contains(value, "/") || strings.Trim(value, ".") == "":
			err = badField("parameters."+key, fmt.Sprintf("%q", value), "a name")
		}
		return value
	})
	return folder, err
}

// checkPlace refuses what would not be below the share, or not fit in a handle.
func checkPlace(what string, at share.Place) error {
	if err := checkServer(what+"."+keyServer, at.Server); err != nil {
		return err
	}
	if err := checkShare(what+"."+keyShare, at.Share); err != nil {
		return err
	}
	if strings.ContainsFunc(at.Share, unfit) {
		return badField(what+"."+keyShare, fmt.Sprintf("%q", at.Share), "a path without "+ownDivision+" and control characters")
	}
	if !filepath.IsLocal(at.Folder) || filepath.Clean(at.Folder) != at.Folder || at.Folder == "." {
		return badField(what+"."+keySubDir, fmt.Sprintf("%q", at.Folder), "a folder below the share, without . and .. and doubled or closing slashes")
	}
	if strings.ContainsFunc(at.Folder, unfit) || slices.ContainsFunc(strings.Split(at.Folder, "/"), share.IsNote) {
		return badField(what+"."+keySubDir, fmt.Sprintf("%q", at.Folder), "a folder without "+ownDivision+", control characters and the names of this driver's notes")
	}
	return nil
}

func unfit(r rune) bool { return strings.ContainsRune(ownDivision, r) || r < ' ' || r == '\x7f' }

func checkServer(field, server string) error {
	if server == "" {
		return missing(field, "a host name or address")
	}
	if strings.ContainsAny(server, "/, []"+ownDivision) || strings.ContainsFunc(server, unfit) {
		return badField(field, fmt.Sprintf("%q", server), "a host name or address")
	}
	return nil
}

func checkShare(field, path string) error {
	if path == "" {
		return missing(field, "an absolute path, as the server exports it")
	}
	if !filepath.IsAbs(path) || filepath.Clean(path) != path {
		return badField(field, fmt.Sprintf("%q", path), "an absolute path, as the server exports it")
	}
	return nil
}

package subject

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	strictjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"csicert/framework/document"
)

// Load reads and checks a definition, csicert's or one of Kubernetes' external storage suite. The files that it names are
// made absolute and have to exist. Errors: Invalid, joined where there are several.
func Load(path string) (*Driver, error) {
	raw, fault := document.Read(path)
	if fault != nil {
		return nil, joined(of([]document.Fault{*fault}), path, nil)
	}
	d, err := parse(raw, path)
	if err != nil {
		return nil, err
	}
	for i, file := range d.Install.Manifests {
		field := fmt.Sprintf("install.manifests[%d]", i)
		if !filepath.IsAbs(file) {
			file = filepath.Join(filepath.Dir(path), file)
		}
		info, err := os.Stat(file)
		if err != nil {
			return nil, d.Wrong(field, file+", and "+reason(err), "files that exist, relative to the definition")
		}
		if !info.Mode().IsRegular() {
			return nil, d.Wrong(field, file+", which is no file", "files, relative to the definition")
		}
		d.Install.Manifests[i] = file
	}
	return d, nil
}

// Parse decodes a definition strictly and checks that every claim has what it needs. Errors: Invalid, joined where there
// are several.
func Parse(raw []byte) (*Driver, error) { return parse(raw, "") }

func parse(raw []byte, file string) (*Driver, error) {
	places, faults := document.Parse(raw)
	if len(faults) > 0 {
		return nil, joined(of(faults), file, places)
	}
	if isExternal(places) {
		return parseExternal(raw, file, places)
	}
	faults, unknown := places.Check(reflect.TypeFor[Driver]())
	if all := of(append(unknown, faults...)); len(all) > 0 {
		return nil, joined(append(all, headFaults(places)...), file, places)
	}
	d := Driver{file: file, places: places}
	if wrong := decode(raw, &d); wrong != nil {
		return nil, joined([]Invalid{*wrong}, file, places)
	}
	return &d, joined(d.check(), file, places)
}

// headFaults says with which words a file must begin that has other keys than a definition: it may be no definition.
func headFaults(places *document.Document) []Invalid {
	if places.Has("apiVersion") || places.Has("kind") {
		return nil
	}
	return []Invalid{wrong("apiVersion", "nothing", APIVersion+" (with kind: "+Kind+"), or the keys "+list("DriverInfo", "StorageClass")+" of Kubernetes' external test driver")}
}

// decode is strict: what the check of the document let pass is refused here.
func decode(raw []byte, into any) *Invalid {
	text, err := yaml.YAMLToJSONStrict(raw)
	if err != nil {
		e := wrong("YAML", strings.TrimPrefix(err.Error(), "yaml: "), "a YAML document with each key once")
		return &e
	}
	faults, err := strictjson.UnmarshalStrict(text, into)
	if err == nil && len(faults) > 0 {
		err = faults[0]
	}
	if err != nil {
		e := wrong("YAML", strings.TrimPrefix(err.Error(), "json: "), "keys and values as csicert definition --explain tells them")
		return &e
	}
	return nil
}

// decodeLoosely leaves unknown keys out, as Kubernetes does: by case.
func decodeLoosely(raw []byte, into any) *Invalid {
	text, err := yaml.YAMLToJSONStrict(raw)
	if err == nil {
		err = strictjson.UnmarshalCaseSensitivePreserveInts(text, into)
	}
	if err == nil {
		return nil
	}
	e := wrong("YAML", strings.Join(strings.Fields(err.Error()), " "), "a file for the -storage.testdriver of Kubernetes' storage suite")
	return &e
}

func reason(err error) string {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

package subject

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/onsi/gomega"
	"sigs.k8s.io/yaml"

	"csicert/framework/document"
)

// paths are the keys of a Go type, those of structs below it too.
func paths(t reflect.Type, prefix string) []string {
	var all []string
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	for _, f := range document.Fields(t) {
		all = append(all, prefix+f.Name)
		all = append(all, paths(f.Type, prefix+f.Name+".")...)
	}
	return all
}

func TestEveryKeyIsExplained(t *testing.T) {
	g := gomega.NewWithT(t)
	var told []string
	for _, k := range Keys() {
		told = append(told, k.Path)
		g.Expect(k.Says).To(gomega.HaveSuffix("."), k.Path)
		places, faults := document.Parse([]byte(k.Example))
		g.Expect(faults).To(gomega.BeEmpty(), k.Path)
		wrong, unknown := places.Check(reflect.TypeFor[Driver]())
		g.Expect(append(wrong, unknown...)).To(gomega.BeEmpty(), "the example of %s is accepted", k.Path)
		if k.Path != "snapshotClass.mountOptions" {
			g.Expect(places.Has(k.Path)).To(gomega.BeTrue(), "the example of %s shows it", k.Path)
		}
	}
	g.Expect(told).To(gomega.Equal(paths(reflect.TypeFor[Driver](), "")))
	var page bytes.Buffer
	g.Expect(Explain(&page)).To(gomega.Succeed())
	there, err := os.ReadFile("DEFINITION.md")
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(string(there)).To(gomega.Equal(page.String()), "run csicert definition --explain > framework/subject/DEFINITION.md")
}

// obeys is what of JSON schema the definition's uses.
func obeys(schema map[string]any, value any, path string) []string {
	var faults []string
	if c, is := schema["const"]; is && c != value {
		faults = append(faults, fmt.Sprintf("%s: not %v", path, c))
	}
	if e, is := schema["enum"].([]any); is && !slices.Contains(e, value) {
		faults = append(faults, fmt.Sprintf("%s: %v is none of %v", path, value, e))
	}
	kind := map[string]string{"map[string]interface {}": "object", "[]interface {}": "array", "string": "string", "bool": "boolean", "float64": "number"}[fmt.Sprintf("%T", value)]
	if schema["type"] != kind {
		return append(faults, fmt.Sprintf("%s: %s, not %v", path, kind, schema["type"]))
	}
	switch v := value.(type) {
	case []any:
		for i, item := range v {
			faults = append(faults, obeys(schema["items"].(map[string]any), item, fmt.Sprintf("%s[%d]", path, i))...)
		}
	case map[string]any:
		required, _ := schema["required"].([]any)
		for _, r := range required {
			if _, there := v[r.(string)]; !there {
				faults = append(faults, fmt.Sprintf("%s: no %s", path, r))
			}
		}
		properties, _ := schema["properties"].(map[string]any)
		for key, below := range v {
			if s, known := properties[key].(map[string]any); known {
				faults = append(faults, obeys(s, below, path+"."+key)...)
			} else if s, any := schema["additionalProperties"].(map[string]any); any {
				faults = append(faults, obeys(s, below, path+"."+key)...)
			} else {
				faults = append(faults, fmt.Sprintf("%s: unknown %s", path, key))
			}
		}
	}
	return faults
}

func schemaProperties(s map[string]any, prefix string) []string {
	var all []string
	properties, _ := s["properties"].(map[string]any)
	for name, below := range properties {
		all = append(all, prefix+name)
		all = append(all, schemaProperties(below.(map[string]any), prefix+name+".")...)
	}
	return all
}

func TestTheSchemaIsThatOfTheDefinition(t *testing.T) {
	g := gomega.NewWithT(t)
	raw, err := json.Marshal(Schema())
	g.Expect(err).NotTo(gomega.HaveOccurred())
	var schema map[string]any
	g.Expect(json.Unmarshal(raw, &schema)).To(gomega.Succeed())
	want := paths(reflect.TypeFor[Driver](), "")
	for _, f := range document.Fields(reflect.TypeFor[Budgets]()) {
		want = append(want, "budgets."+f.Name)
	}
	g.Expect(schemaProperties(schema, "")).To(gomega.ConsistOf(want))
	bundled, err := os.ReadFile("../../driver/deploy/csicert.yaml")
	g.Expect(err).NotTo(gomega.HaveOccurred())
	for text, fault := range map[string]string{
		string(bundled):                              "",
		whole:                                        "",
		whole + "volumesize: 1Gi\n":                  "unknown volumesize",
		whole + "bindingModes: [Later]\n":            "Later is none of",
		whole + "volumeSize: 3\n":                    "number, not string",
		whole + "controller: {socket: /s}\n":         "no selector",
		"kind: Driver\nname: a\n":                    "no apiVersion",
		"kind: D\nname: a\napiVersion: csicert/v1\n": "not Driver",
	} {
		var value any
		g.Expect(yaml.Unmarshal([]byte(text), &value)).To(gomega.Succeed())
		faults := obeys(schema, value, "")
		if fault == "" {
			g.Expect(faults).To(gomega.BeEmpty())
			continue
		}
		g.Expect(faults).To(gomega.ContainElement(gomega.ContainSubstring(fault)))
	}
}

package subject

import (
	"bufio"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"csicert/framework/catalogue"
	"csicert/framework/document"
)

// Key is one that a definition may have.
type Key struct {
	Path    string `json:"path"`
	Kind    string `json:"kind"` // of its value, in words
	Needed  string `json:"needed,omitempty"`
	Says    string `json:"says"`
	Example string `json:"example"`
}

// Keys are all that a definition may have, in the order of the Go types; a test holds the two together.
func Keys() []Key {
	const partial = "topology: {keys: [topology.kubernetes.io/zone], partial: {segments: [zone-b], parameters: {pool: ssd}}}"
	claims := strings.Join(words(catalogue.Claims()), ", ")
	return []Key{
		{"apiVersion", "text", "always", "The version of this format: " + APIVersion + ".", "apiVersion: csicert/v1"},
		{"kind", "text", "always", "What the file describes: " + Kind + ".", "kind: Driver"},
		{"name", "text", "always", "The name of the driver's CSIDriver object, which is also the provisioner of its classes.", "name: disk.csi.example.com"},
		{"namespace", "text", "with controller", "Where the driver's pods run: their logs become evidence.", "namespace: example-csi"},
		{"install", "keys", "", "How the driver comes into the cluster. Leave it out where it is installed.", "install: {manifests: [deploy.yaml]}"},
		{"install.bundled", "true or false", "", "csicert's own driver, built and deployed by csicert on clusters of its own.", "install: {bundled: true}"},
		{"install.manifests", "list of texts", "", "Files of Kubernetes objects, relative to the definition, applied in this order and taken away after the run.", "install: {manifests: [rbac.yaml, driver.yaml]}"},
		{"storageClass", "keys", "", "The pattern of the classes that specs make: fromCluster, or parameters and mountOptions. Left out: classes without either.", "storageClass: {fromCluster: fast}"},
		{"storageClass.fromCluster", "text", "", "A storage class of this driver in the cluster, whose parameters and mount options are taken.", "storageClass: {fromCluster: fast}"},
		{"storageClass.parameters", "names, each with a text", "", "Parameters of the classes.", "storageClass: {parameters: {tier: hot}}"},
		{"storageClass.mountOptions", "list of texts", "", "Mount options of the classes.", "storageClass: {mountOptions: [noatime]}"},
		{"snapshotClass", "keys", "with the capability snapshots", "The pattern of the snapshot classes: fromCluster, or parameters.", "snapshotClass: {fromCluster: daily}"},
		{"snapshotClass.fromCluster", "text", "", "A snapshot class of this driver in the cluster, whose parameters are taken.", "snapshotClass: {fromCluster: daily}"},
		{"snapshotClass.parameters", "names, each with a text", "", "Parameters of the snapshot classes.", "snapshotClass: {parameters: {tier: cold}}"},
		{"snapshotClass.mountOptions", "list of texts", "", "Refused: only a storage class has mount options.", "storageClass: {mountOptions: [noatime]}"},
		{"bindingModes", "list of texts", "", "The volume binding modes that the driver supports: " + strings.Join(bindingModes(), ", ") + "; both by default.", "bindingModes: [WaitForFirstConsumer]"},
		{"topology", "keys", "with the capability topology", "Where volumes can be reached.", "topology: {keys: [topology.kubernetes.io/zone]}"},
		{"topology.keys", "list of texts", "with the capability topology", "The node labels of the segments that a volume belongs to, as in its node affinity.", "topology: {keys: [topology.kubernetes.io/zone]}"},
		{"topology.alsoAllowed", "list of texts", "", "Further node labels that a class may name in allowedTopologies.", "topology: {keys: [topology.kubernetes.io/zone], alsoAllowed: [rack]}"},
		{"topology.partial", "keys", "", "A pattern of classes whose storage is in some segments only, such as a pool of disks that one zone has: what becomes of a pod that is sent elsewhere is judged with it.", partial},
		{"topology.partial.segments", "list of texts", "with topology.partial", "The segments that have the storage, values of the first of topology.keys.", partial},
		{"topology.partial.parameters", "names, each with a text", "with topology.partial", "Parameters of the classes, beside those of storageClass or instead of them.", partial},
		{"capabilities", "list of texts", "", "What the driver claims beyond provisioning: " + claims + ". What is not claimed is reported as unsupported.", "capabilities: [snapshots, clones]"},
		{"storage", "keys", "", "Where on nodes the driver keeps what it made: what is left there after a spec is a finding. Leave it out where that is elsewhere.", "storage: {nodeFolders: [/var/lib/example]}"},
		{"storage.nodeFolders", "list of texts", "with storage", "Folders of the nodes' disks, absolute, looked into up to four folders deep.", "storage: {nodeFolders: [/var/lib/example]}"},
		{"controller", "keys", "", "Where the driver's controller answers CSI calls. By default where its sidecars were told to look.", "controller: {selector: app=example, container: driver, socket: /csi/csi.sock}"},
		{"controller.selector", "text", "with controller", "Labels of the controller's pods, in the driver's namespace.", "controller: {selector: app=example, container: driver, socket: /csi/csi.sock}"},
		{"controller.container", "text", "with controller", "A container of these pods that sees the socket.", "controller: {selector: app=example, container: driver, socket: /csi/csi.sock}"},
		{"controller.socket", "text", "with controller", "The socket's absolute path in that container.", "controller: {selector: app=example, container: driver, socket: /csi/csi.sock}"},
		{"volumeSize", "text", "", "What claims ask for, at least, as a quantity; 1Gi by default.", "volumeSize: 10Gi"},
		{"budgets", "names, each with a text", "", "The longest times that steps may take before they count as not having happened: " + budgetNames() + ". A wait ends as soon as it can.", "budgets: {bind: 2m, snapshot: 5m}"},
	}
}

func budgetNames() string {
	b := Default()
	var all []string
	for _, f := range document.Fields(reflect.TypeFor[Budgets]()) {
		all = append(all, fmt.Sprintf("%s (%s)", f.Name, *b.byName()[f.Name]))
	}
	return strings.Join(all, ", ")
}

// Explain writes a page about every key, and about what becomes of Kubernetes' external test driver.
func Explain(w io.Writer) error {
	b := bufio.NewWriter(w)
	b.WriteString("# The definition of a driver\n\nMade by `csicert definition --explain`.\n\n")
	b.WriteString("One YAML document of at most 1 MiB, read strictly: an unknown key, a key twice, a value of another type or a claim\nwithout what it needs ends with exit code 4 and, for each, a sentence with file, line and key.\n")
	for _, k := range Keys() {
		needed := ""
		if k.Needed != "" {
			needed = "; needed " + k.Needed
		}
		fmt.Fprintf(b, "\n## %s\n\n%s (%s%s)\n\n```yaml\n%s\n```\n", k.Path, k.Says, k.Kind, needed, k.Example)
	}
	b.WriteString("\n# Kubernetes' external test driver\n\n")
	b.WriteString("A file for the `-storage.testdriver` of Kubernetes' storage suite is accepted wherever a definition is, and recognised by\nits keys. As in the suite, case counts. An unknown key is a warning, what has no counterpart a note.\n\n")
	b.WriteString("| key | becomes | how, or why not |\n|---|---|---|\n")
	for _, c := range Counterparts() {
		fmt.Fprintf(b, "| %s | %s | %s |\n", c.Key, c.Becomes, c.Note)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing what a definition may say: %w", err)
	}
	return nil
}

// Schema is the JSON schema of a definition, for editors.
func Schema() map[string]any {
	s := schemaOf(reflect.TypeFor[Driver](), "")
	s["$schema"] = "http://json-schema.org/draft-07/schema#"
	s["title"] = "csicert driver definition"
	return s
}

func schemaOf(t reflect.Type, path string) map[string]any {
	keys := Keys()
	s := map[string]any{}
	if at := slices.IndexFunc(keys, func(k Key) bool { return k.Path == path }); at >= 0 {
		s["description"], s["examples"] = keys[at].Says, []string{keys[at].Example}
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Struct:
		properties := map[string]any{}
		required := []string{}
		for _, f := range document.Fields(t) {
			below := f.Name
			if path != "" {
				below = path + "." + f.Name
			}
			properties[f.Name] = schemaOf(f.Type, below)
			if at := slices.IndexFunc(keys, func(k Key) bool { return k.Path == below }); at >= 0 && (keys[at].Needed == "always" || (path != "" && keys[at].Needed == "with "+path)) {
				required = append(required, f.Name)
			}
		}
		s["type"], s["properties"], s["additionalProperties"] = "object", properties, false
		if len(required) > 0 {
			s["required"] = required
		}
	case reflect.Map:
		s["type"], s["additionalProperties"] = "object", map[string]any{"type": "string"}
	case reflect.Slice:
		s["type"], s["items"] = "array", map[string]any{"type": "string"}
	case reflect.Bool:
		s["type"] = "boolean"
	default:
		s["type"] = "string"
	}
	switch path {
	case "apiVersion":
		s["const"] = APIVersion
	case "kind":
		s["const"] = Kind
	case "capabilities":
		s["items"] = map[string]any{"type": "string", "enum": words(catalogue.Claims())}
	case "bindingModes":
		s["items"] = map[string]any{"type": "string", "enum": bindingModes()}
	case "budgets":
		properties := map[string]any{}
		for _, f := range document.Fields(reflect.TypeFor[Budgets]()) {
			properties[f.Name] = map[string]any{"type": "string"}
		}
		s["properties"], s["additionalProperties"] = properties, false
	}
	return s
}

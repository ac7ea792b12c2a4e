package subject

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"
	strictjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"csicert/framework/catalogue"
)

// Invalid is a definition that its author has to mend.
type Invalid struct{ Field, Found, Accepted string }

// Error implements error.
func (e Invalid) Error() string {
	return fmt.Sprintf("driver definition: %s: found %s; accepted: %s", e.Field, e.Found, e.Accepted)
}

// BadInput tells the command to end with the exit code for bad input.
func (Invalid) BadInput() bool { return true }

// Load reads and checks a definition. The files that it names are made absolute and have to exist. Errors: Invalid.
func Load(path string) (*Driver, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, Invalid{"file", path + ", and " + reason(err), "the path of a YAML file (kind: Driver)"}
	}
	d, err := Parse(raw)
	if err != nil {
		return nil, err
	}
	for i, file := range d.Install.Manifests {
		if !filepath.IsAbs(file) {
			file = filepath.Join(filepath.Dir(path), file)
		}
		info, err := os.Stat(file)
		if err != nil {
			return nil, Invalid{fmt.Sprintf("install.manifests[%d]", i), file + ", and " + reason(err), "files that exist, relative to the definition"}
		}
		if !info.Mode().IsRegular() {
			return nil, Invalid{fmt.Sprintf("install.manifests[%d]", i), file + ", which is no file", "files, relative to the definition"}
		}
		d.Install.Manifests[i] = file
	}
	return d, nil
}

func reason(err error) string {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// Parse decodes a definition strictly and checks that every claim has what it needs. Errors: Invalid.
func Parse(raw []byte) (*Driver, error) {
	text, err := yaml.YAMLToJSONStrict(raw)
	if err != nil {
		return nil, Invalid{"YAML", strings.TrimPrefix(err.Error(), "yaml: "), "a YAML document with each key once"}
	}
	var d Driver
	faults, err := strictjson.UnmarshalStrict(text, &d)
	if err != nil {
		return nil, Invalid{"YAML", strings.TrimPrefix(err.Error(), "json: "), "keys " + strings.Join(keys(), ", ")}
	}
	if len(faults) > 0 {
		return nil, Invalid{"keys", faults[0].Error(), strings.Join(keys(), ", ")}
	}
	return &d, d.check()
}

// keys are all that a definition may have.
func keys() []string {
	return []string{"apiVersion", "kind", "name", "namespace", "install.bundled", "install.manifests",
		"storageClass.fromCluster", "storageClass.parameters", "storageClass.mountOptions",
		"snapshotClass.fromCluster", "snapshotClass.parameters", "bindingModes",
		"topology.keys", "topology.alsoAllowed", "capabilities", "storage.nodeFolders", "controller.selector", "controller.container", "controller.socket", "volumeSize", "budgets"}
}

func (d *Driver) check() error {
	for _, c := range []func() error{d.checkHead, d.checkInstall, d.checkClasses, d.checkCapabilities, d.checkTopology, d.checkStorage, d.checkController, d.checkBudgets} {
		if err := c(); err != nil {
			return err
		}
	}
	return nil
}

func (d *Driver) checkHead() error {
	switch {
	case d.APIVersion != APIVersion:
		return Invalid{"apiVersion", quoted(d.APIVersion), APIVersion}
	case d.Kind != Kind:
		return Invalid{"kind", quoted(d.Kind), Kind}
	case d.Name == "" || len(validation.IsDNS1123Subdomain(strings.ToLower(d.Name))) > 0:
		return Invalid{"name", quoted(d.Name), "the name of the driver's CSIDriver object, such as disk.csi.example.com"}
	}
	if d.VolumeSize == "" {
		d.VolumeSize = "1Gi"
	}
	if q, err := resource.ParseQuantity(d.VolumeSize); err != nil || q.Sign() <= 0 {
		return Invalid{"volumeSize", quoted(d.VolumeSize), "a quantity such as 1Gi"}
	}
	return nil
}

func (d *Driver) checkInstall() error {
	if d.Install.Bundled && len(d.Install.Manifests) > 0 {
		return Invalid{"install", "bundled and manifests", "one of the two, or neither where the driver is installed"}
	}
	return nil
}

func (d *Driver) checkClasses() error {
	if c := d.StorageClass; c.FromCluster != "" && (len(c.Parameters) > 0 || len(c.MountOptions) > 0) {
		return Invalid{"storageClass", "fromCluster beside parameters or mountOptions", "one of the two: the class in the cluster brings its own"}
	}
	if c := d.SnapshotClass; c != nil {
		if len(c.MountOptions) > 0 {
			return Invalid{"snapshotClass.mountOptions", fmt.Sprintf("%q", c.MountOptions), "nothing: only a storage class has mount options"}
		}
		if c.FromCluster != "" && len(c.Parameters) > 0 {
			return Invalid{"snapshotClass", "fromCluster beside parameters", "one of the two: the class in the cluster brings its own"}
		}
	}
	modes := []string{string(storagev1.VolumeBindingWaitForFirstConsumer), string(storagev1.VolumeBindingImmediate)}
	if len(d.BindingModes) == 0 {
		d.BindingModes = modes
	}
	for i, m := range d.BindingModes {
		if !slices.Contains(modes, m) {
			return Invalid{fmt.Sprintf("bindingModes[%d]", i), quoted(m), strings.Join(modes, ", ")}
		}
	}
	return nil
}

func (d *Driver) checkCapabilities() error {
	for i, c := range d.Capabilities {
		if !slices.Contains(catalogue.Claims(), c) {
			return Invalid{fmt.Sprintf("capabilities[%d]", i), quoted(string(c)), listed(catalogue.Claims())}
		}
	}
	if slices.Contains(d.Capabilities, catalogue.Snapshots) && d.SnapshotClass == nil {
		return Invalid{"snapshotClass", "nothing, although the capability snapshots is claimed", "fromCluster: the name of a snapshot class, or parameters"}
	}
	if d.SnapshotClass != nil && !slices.Contains(d.Capabilities, catalogue.Snapshots) {
		return Invalid{"capabilities", "no snapshots, although there is a snapshotClass", "snapshots among the capabilities, or no snapshotClass"}
	}
	return nil
}

func (d *Driver) checkTopology() error {
	claimed := slices.Contains(d.Capabilities, catalogue.Topology)
	if claimed && (d.Topology == nil || len(d.Topology.Keys) == 0) {
		return Invalid{"topology.keys", "nothing, although the capability topology is claimed", "the node labels that the driver's volumes are bound to"}
	}
	if !claimed && d.Topology != nil {
		return Invalid{"capabilities", "no topology, although there are topology keys", "topology among the capabilities, or no topology"}
	}
	if d.Topology == nil {
		return nil
	}
	for _, list := range [][]string{d.Topology.Keys, d.Topology.AlsoAllowed} {
		for _, key := range list {
			if len(validation.IsQualifiedName(key)) > 0 {
				return Invalid{"topology", quoted(key), "names of node labels, such as topology.kubernetes.io/zone"}
			}
		}
	}
	return nil
}

func (d *Driver) checkStorage() error {
	if d.Storage != nil && len(d.Storage.NodeFolders) == 0 {
		return Invalid{"storage.nodeFolders", "nothing", "folders of the nodes in which volumes and snapshots stand, or no storage"}
	}
	for i, folder := range d.Folders() {
		if !filepath.IsAbs(folder) || filepath.Clean(folder) != folder || folder == "/" {
			return Invalid{fmt.Sprintf("storage.nodeFolders[%d]", i), quoted(folder), "an absolute path below /, without .. in it"}
		}
	}
	return nil
}

func (d *Driver) checkController() error {
	if d.Controller == nil {
		return nil
	}
	selector, err := labels.Parse(d.Controller.Selector)
	switch {
	case err != nil || selector.Empty():
		return Invalid{"controller.selector", quoted(d.Controller.Selector), "labels of the controller's pods, such as app=disk-controller"}
	case d.Namespace == "":
		return Invalid{"namespace", "nothing, although there is a controller", "where the driver's pods run"}
	case len(validation.IsDNS1123Label(d.Controller.Container)) > 0:
		return Invalid{"controller.container", quoted(d.Controller.Container), "the name of a container of these pods"}
	case !filepath.IsAbs(d.Controller.Socket):
		return Invalid{"controller.socket", quoted(d.Controller.Socket), "an absolute path in that container, such as /csi/csi.sock"}
	}
	return nil
}

func (d *Driver) checkBudgets() error {
	_, err := d.With(Budgets{})
	return err
}

func quoted(s string) string {
	if s == "" {
		return "nothing"
	}
	return fmt.Sprintf("%q", s)
}

func listed(all []catalogue.Capability) string {
	words := make([]string, len(all))
	for i, c := range all {
		words[i] = string(c)
	}
	return strings.Join(words, ", ")
}

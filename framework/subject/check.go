package subject

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"

	"csicert/framework/catalogue"
	"csicert/framework/document"
)

// check is everything that is wrong with what the definition says: of each part the first.
func (d *Driver) check() []Invalid {
	var all []Invalid
	for _, c := range []func() error{d.checkHead, d.checkInstall, d.checkClasses, d.checkCapabilities, d.checkTopology, d.checkStorage, d.checkController, d.checkBudgets} {
		var wrong Invalid
		if errors.As(c(), &wrong) {
			all = append(all, wrong)
		}
	}
	return all
}

func (d *Driver) checkHead() error {
	switch {
	case d.APIVersion != APIVersion:
		return wrong("apiVersion", quoted(d.APIVersion), APIVersion)
	case d.Kind != Kind:
		return wrong("kind", quoted(d.Kind), Kind)
	case d.Name == "" || len(validation.IsDNS1123Subdomain(strings.ToLower(d.Name))) > 0:
		return wrong("name", quoted(d.Name), "the name of the driver's CSIDriver object, such as disk.csi.example.com")
	}
	if d.VolumeSize == "" {
		d.VolumeSize = "1Gi"
	}
	if q, err := resource.ParseQuantity(d.VolumeSize); err != nil || q.Sign() <= 0 {
		return wrong("volumeSize", quoted(d.VolumeSize), "a quantity such as 1Gi")
	}
	return nil
}

func (d *Driver) checkInstall() error {
	if d.Install.Bundled && len(d.Install.Manifests) > 0 {
		return wrong("install", "bundled and manifests", "one of the two, or neither where the driver is installed")
	}
	return nil
}

func (d *Driver) checkClasses() error {
	if c := d.StorageClass; c.FromCluster != "" && (len(c.Parameters) > 0 || len(c.MountOptions) > 0) {
		return wrong("storageClass", "fromCluster beside parameters or mountOptions", "one of the two: the class in the cluster brings its own")
	}
	if c := d.SnapshotClass; c != nil {
		if len(c.MountOptions) > 0 {
			return wrong("snapshotClass.mountOptions", fmt.Sprintf("%q", c.MountOptions), "nothing: only a storage class has mount options")
		}
		if c.FromCluster != "" && len(c.Parameters) > 0 {
			return wrong("snapshotClass", "fromCluster beside parameters", "one of the two: the class in the cluster brings its own")
		}
	}
	modes := bindingModes()
	if len(d.BindingModes) == 0 {
		d.BindingModes = modes
	}
	for i, m := range d.BindingModes {
		if !slices.Contains(modes, m) {
			return wrong(fmt.Sprintf("bindingModes[%d]", i), quoted(m)+document.DidYouMean(m, modes), strings.Join(modes, ", "))
		}
	}
	return nil
}

func bindingModes() []string {
	return []string{string(storagev1.VolumeBindingWaitForFirstConsumer), string(storagev1.VolumeBindingImmediate)}
}

func (d *Driver) checkCapabilities() error {
	for i, c := range d.Capabilities {
		if !slices.Contains(catalogue.Claims(), c) {
			return wrong(fmt.Sprintf("capabilities[%d]", i), quoted(string(c))+document.DidYouMean(string(c), words(catalogue.Claims())), strings.Join(words(catalogue.Claims()), ", "))
		}
	}
	if slices.Contains(d.Capabilities, catalogue.Snapshots) && d.SnapshotClass == nil {
		return wrong("snapshotClass", "nothing, although the capability snapshots is claimed", "fromCluster: the name of a snapshot class, or parameters").because(d.claim(catalogue.Snapshots))
	}
	if d.SnapshotClass != nil && !slices.Contains(d.Capabilities, catalogue.Snapshots) {
		return wrong("capabilities", "no snapshots, although there is a snapshotClass", "snapshots among the capabilities, or no snapshotClass").because("snapshotClass")
	}
	return nil
}

func (d *Driver) checkTopology() error {
	claimed := slices.Contains(d.Capabilities, catalogue.Topology)
	if claimed && (d.Topology == nil || len(d.Topology.Keys) == 0) {
		return wrong("topology.keys", "nothing, although the capability topology is claimed", "the node labels that the driver's volumes are bound to").because(d.claim(catalogue.Topology))
	}
	if !claimed && d.Topology != nil && !d.unclear() {
		return wrong("capabilities", "no topology, although there are topology keys", "topology among the capabilities, or no topology").because("topology")
	}
	if d.Topology == nil {
		return nil
	}
	for field, list := range map[string][]string{"keys": d.Topology.Keys, "alsoAllowed": d.Topology.AlsoAllowed} {
		for i, key := range list {
			if len(validation.IsQualifiedName(key)) > 0 {
				return wrong(fmt.Sprintf("topology.%s[%d]", field, i), quoted(key), "names of node labels, such as topology.kubernetes.io/zone")
			}
		}
	}
	return d.Topology.Partial.check()
}

func (p *Partial) check() error {
	switch {
	case p == nil:
		return nil
	case len(p.Segments) == 0:
		return wrong("topology.partial.segments", "nothing", "the segments that have the storage, or no partial").because("topology.partial")
	case len(p.Parameters) == 0:
		return wrong("topology.partial.parameters", "nothing", "the parameters by which a class asks for the storage, or no partial").because("topology.partial")
	}
	for i, segment := range p.Segments {
		if segment == "" || len(validation.IsValidLabelValue(segment)) > 0 {
			return wrong(fmt.Sprintf("topology.partial.segments[%d]", i), quoted(segment), "values of a node label, such as zone-b")
		}
	}
	return nil
}

func (d *Driver) checkStorage() error {
	if d.Storage != nil && len(d.Storage.NodeFolders) == 0 {
		return wrong("storage.nodeFolders", "nothing", "folders of the nodes in which volumes and snapshots stand, or no storage")
	}
	for i, folder := range d.Folders() {
		if !filepath.IsAbs(folder) || filepath.Clean(folder) != folder || folder == "/" {
			return wrong(fmt.Sprintf("storage.nodeFolders[%d]", i), quoted(folder), "an absolute path below /, without .. in it")
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
		return wrong("controller.selector", quoted(d.Controller.Selector), "labels of the controller's pods, such as app=disk-controller")
	case d.Namespace == "":
		return wrong("namespace", "nothing, although there is a controller", "where the driver's pods run").because("controller")
	case len(validation.IsDNS1123Label(d.Controller.Container)) > 0:
		return wrong("controller.container", quoted(d.Controller.Container), "the name of a container of these pods")
	case !filepath.IsAbs(d.Controller.Socket):
		return wrong("controller.socket", quoted(d.Controller.Socket), "an absolute path in that container, such as /csi/csi.sock")
	}
	return nil
}

func (d *Driver) checkBudgets() error {
	_, err := d.With(Budgets{})
	return err
}

// unclear is a definition with a capability that is none: what it claims cannot be held against the rest.
func (d *Driver) unclear() bool {
	return slices.ContainsFunc(d.Capabilities, func(c catalogue.Capability) bool { return !slices.Contains(catalogue.Claims(), c) })
}

// claim is where the definition claims the capability.
func (d *Driver) claim(c catalogue.Capability) string {
	return fmt.Sprintf("capabilities[%d]", slices.Index(d.Capabilities, c))
}

func quoted(s string) string {
	if s == "" {
		return "nothing"
	}
	return fmt.Sprintf("%q", s)
}

func words(all []catalogue.Capability) []string {
	list := make([]string, len(all))
	for i, c := range all {
		list[i] = string(c)
	}
	return list
}

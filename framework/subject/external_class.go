package subject

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	storagev1 "k8s.io/api/storage/v1"
	"sigs.k8s.io/yaml"

	"csicert/framework/catalogue"
	"csicert/framework/document"
)

func (r *reader) classes() {
	options := slices.Sorted(func(yield func(string) bool) {
		for o := range r.from.DriverInfo.RequiredMountOption {
			if !yield(o) {
				return
			}
		}
	})
	if class := r.class("StorageClass", r.from.StorageClass, "StorageClass"); class != nil {
		r.d.StorageClass = *class
		if class.FromCluster == "" {
			for _, o := range options {
				if !slices.Contains(r.d.StorageClass.MountOptions, o) {
					r.d.StorageClass.MountOptions = append(r.d.StorageClass.MountOptions, o)
				}
			}
		} else if len(options) > 0 {
			r.remark("DriverInfo.RequiredMountOption", false, "not used, for the class in the cluster brings its own mount options")
		}
	} else if len(r.wrong) == 0 || !strings.HasPrefix(r.wrong[len(r.wrong)-1].Field, "StorageClass.") {
		r.fault("StorageClass", "nothing to make classes of", "FromName: true, FromExistingClassName or FromFile: csicert judges provisioning")
	}
	class := r.class("SnapshotClass", r.from.SnapshotClass, "VolumeSnapshotClass")
	if class != nil && !slices.Contains(r.d.Capabilities, catalogue.Snapshots) {
		r.remark("SnapshotClass", false, "not used, for the capability snapshotDataSource is not claimed")
		return
	}
	r.d.SnapshotClass = class
	if class != nil {
		r.d.SnapshotClass.MountOptions = nil
	}
}

// class is the pattern that the suite would take: the first of FromName, FromExistingClassName, FromFile that is there.
func (r *reader) class(section string, c externalClass, kind string) *Class {
	switch {
	case c.FromName:
		for key, text := range map[string]string{".FromExistingClassName": c.FromExistingClassName, ".FromFile": c.FromFile} {
			if text != "" {
				r.remark(section+key, false, "not used, for FromName goes before it")
			}
		}
		return &Class{}
	case c.FromExistingClassName != "":
		if c.FromFile != "" {
			r.remark(section+".FromFile", false, "not used, for FromExistingClassName goes before it")
		}
		return &Class{FromCluster: c.FromExistingClassName}
	case c.FromFile != "":
		return r.classFile(section+".FromFile", c.FromFile, kind)
	}
	return nil
}

// classFile reads a class of the driver from a file beside the definition, or from the working directory.
func (r *reader) classFile(field, name, kind string) *Class {
	path := name
	if !filepath.IsAbs(path) && r.file != "" {
		path = filepath.Join(filepath.Dir(r.file), name)
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			path = name
		}
	}
	raw, fault := document.Read(path)
	if fault != nil {
		r.fault(field, fmt.Sprintf("%s, and %s", name, fault.Found), "a file with one "+kind+", relative to the definition")
		return nil
	}
	var class struct {
		storagev1.StorageClass `json:",inline"`
		Driver                 string `json:"driver"` // of a snapshot class
	}
	if err := yaml.Unmarshal(raw, &class); err != nil {
		r.fault(field, fmt.Sprintf("%s, which is no YAML (%s)", name, strings.Join(strings.Fields(err.Error()), " ")), "a file with one "+kind)
		return nil
	}
	if class.Kind != kind {
		r.fault(field, fmt.Sprintf("%s, with kind %s", name, quoted(class.Kind)), "a file with one "+kind)
		return nil
	}
	of := class.Provisioner
	if kind == "VolumeSnapshotClass" {
		of = class.Driver
	}
	if of != r.d.Name {
		r.fault(field, fmt.Sprintf("%s, a class of %s", name, quoted(of)), "a class of "+r.d.Name)
		return nil
	}
	return &Class{Parameters: class.Parameters, MountOptions: class.MountOptions}
}

// called is a key of csicert's definition in the words of the file that it was read from.
func (d *Driver) called(field string) string {
	if !d.external || field == "" {
		return field
	}
	var i int
	if n, err := fmt.Sscanf(field, "capabilities[%d]", &i); n == 1 && err == nil && i >= 0 && i < len(d.Capabilities) {
		for _, c := range externalCapabilities() {
			if c.becomes == d.Capabilities[i] && d.places.Has(capabilityKey(c.name)) {
				return capabilityKey(c.name)
			}
		}
		return "csicert.capabilities"
	}
	for own, theirs := range map[string]string{
		"name": "DriverInfo.Name", "topology.keys": "DriverInfo.TopologyKeys", "topology.alsoAllowed": "csicert.alsoAllowed", "topology.partial": "csicert.partial",
		"storageClass.fromCluster": "StorageClass.FromExistingClassName", "snapshotClass.fromCluster": "SnapshotClass.FromExistingClassName",
	} {
		if rest, is := strings.CutPrefix(field, own); is && (rest == "" || rest[0] == '[' || rest[0] == '.') {
			return theirs + rest
		}
	}
	switch field {
	case "storageClass", "storageClass.parameters":
		return "StorageClass"
	case "snapshotClass", "snapshotClass.parameters":
		return "SnapshotClass"
	}
	return "csicert." + field
}

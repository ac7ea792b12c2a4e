// Package deploy holds what an administrator applies to have the driver: manifests with few blanks, and what fills them.
package deploy

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
)

//go:embed manifests
var manifests embed.FS

//go:embed snapshots/snapshot-controller.yaml
var snapshotController string

// Driver is the driver's CSI name.
const Driver = "nfs.csicert.dev"

// Namespace is where its pods run.
const Namespace = "csicert-nfs"

// Zone is where a filer stands.
type Zone struct {
	Name     string // value of the node label topology.kubernetes.io/zone
	Hostname string // label kubernetes.io/hostname of the node that keeps the zone's data
}

// Options fill the blanks of the manifests.
type Options struct {
	Images     map[string]string // image name, such as nfsplugin → reference
	Plugin     string            // the image and program of the driver itself
	Zones      []Zone            // at least one, each once
	Keys       []string          // node labels that classes may use in allowedTopologies besides the zone
	Capacity   string            // of each filer, a Kubernetes quantity
	DataDir    string            // on the filers' nodes; below a real file system, not overlayfs
	KubeletDir string            // the kubelet's root on every node
	Mount      string            // auto, kernel or fuse
	// ControllerHost is the label kubernetes.io/hostname of the only node that the controller may run on; empty: any.
	ControllerHost string
	Controllers    int // beside each other; with more than one, sidecars elect who works
	Credentials    Credentials
}

// Defaults are Options for a kind cluster, without images, zones and credentials. The capacity is kept in books only: it has
// to do for what many specs have at one time, each volume and snapshot of which counts with all of its size.
func Defaults() Options {
	return Options{Plugin: "nfsplugin", Capacity: "200Gi", DataDir: "/var/lib/csicert-nfs", KubeletDir: "/var/lib/kubelet", Mount: "auto", Controllers: 1}
}

// Images are the names that Options.Images must have, beside that of the plugin.
func Images() []string {
	return []string{"nfsmounter", "filer", "csi-provisioner", "csi-snapshotter", "csi-resizer"}
}

// BadOptionError says which blank cannot be filled.
type BadOptionError struct{ Field, Found, Accepted string }

// Error implements error.
func (e *BadOptionError) Error() string {
	return fmt.Sprintf("deploying the driver: %s is %s; accepted: %s", e.Field, e.Found, e.Accepted)
}

// site is a zone as the manifests need it.
type site struct {
	Zone
	Label   string // the zone's name as part of object names
	Service string // of the filer
	Host    string // under which the cluster's DNS knows the service
}

// Render returns the driver's manifests, one YAML stream in the order in which to apply them. Errors: *BadOptionError.
func Render(o Options) ([]byte, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	functions := template.FuncMap{
		"quote":  strconv.Quote,
		"base64": base64.StdEncoding.EncodeToString,
		"join":   func(words []string) string { return strings.Join(words, ",") },
	}
	set, err := template.New("").Option("missingkey=error").Funcs(functions).ParseFS(manifests, "manifests/*")
	if err != nil {
		return nil, fmt.Errorf("reading the driver's manifests: %w", err)
	}
	files, err := fs.Glob(manifests, "manifests/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("listing the driver's manifests: %w", err)
	}
	blanks := struct {
		Options
		Driver, Namespace string
		Zones             []site
	}{o, Driver, Namespace, o.sites()}
	var out bytes.Buffer
	for _, file := range files {
		out.WriteString("---\n")
		if err := set.ExecuteTemplate(&out, strings.TrimPrefix(file, "manifests/"), blanks); err != nil {
			return nil, fmt.Errorf("filling %s: %w", file, err)
		}
	}
	return out.Bytes(), nil
}

// RenderSnapshotController returns the manifests of the cluster's snapshot controller, without the CRDs. It may run on
// the node with that host name alone, or with none on any.
func RenderSnapshotController(images map[string]string, host string) ([]byte, error) {
	if images["snapshot-controller"] == "" {
		return nil, &BadOptionError{"Images", "without snapshot-controller", "a reference for it"}
	}
	t, err := template.New("snapshot-controller").Parse(snapshotController)
	if err != nil {
		return nil, fmt.Errorf("reading the snapshot controller's manifests: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, struct {
		Images map[string]string
		Host   string
	}{images, host}); err != nil {
		return nil, fmt.Errorf("filling the snapshot controller's manifests: %w", err)
	}
	return out.Bytes(), nil
}

func (o Options) check() error {
	for _, name := range append(Images(), o.Plugin) {
		if o.Images[name] == "" {
			return &BadOptionError{"Images", "without " + name, "a reference for each of " + strings.Join(append(Images(), o.Plugin), ", ")}
		}
	}
	if len(o.Zones) == 0 {
		return &BadOptionError{"Zones", "empty", "at least one zone, because the data lie in one"}
	}
	for i, z := range o.Zones {
		if z.Name == "" || len(validation.IsValidLabelValue(z.Name)) > 0 {
			return &BadOptionError{"Zones", strconv.Quote(z.Name), "values that a node label can have"}
		}
		if z.Hostname == "" {
			return &BadOptionError{"Zones", z.Name + " without a host", "the host name of a node of the zone"}
		}
		if slices.ContainsFunc(o.Zones[:i], func(other Zone) bool { return other.Name == z.Name }) {
			return &BadOptionError{"Zones", z.Name + " twice", "each zone once"}
		}
	}
	if q, err := resource.ParseQuantity(o.Capacity); err != nil || q.Sign() <= 0 {
		return &BadOptionError{"Capacity", strconv.Quote(o.Capacity), "a quantity such as 200Gi"}
	}
	if o.Controllers < 1 {
		return &BadOptionError{"Controllers", strconv.Itoa(o.Controllers), "1 or more"}
	}
	if !slices.Contains([]string{"auto", "kernel", "fuse"}, o.Mount) {
		return &BadOptionError{"Mount", strconv.Quote(o.Mount), "auto, kernel or fuse"}
	}
	return nil
}

func (o Options) sites() []site {
	sites := make([]site, len(o.Zones))
	for i, z := range o.Zones {
		label := objectName(z.Name)
		sites[i] = site{Zone: z, Label: label, Service: "filer-" + label, Host: host("filer-" + label)}
	}
	return sites
}

func host(service string) string { return service + "." + Namespace + ".svc" }

// objectName makes a label's value part of an object's name: as it is where that is legal, else a hash.
func objectName(zone string) string {
	const most = 40 // with what stands before it, a DNS label
	if len(zone) <= most && len(validation.IsDNS1123Label(zone)) == 0 {
		return zone
	}
	sum := sha256.Sum256([]byte(zone))
	return "z" + hex.EncodeToString(sum[:5])
}

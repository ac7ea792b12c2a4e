package nfs

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"
)

// Zone is where a zone's filer is.
type Zone struct {
	Name      string `json:"name"`      // value of ZoneKey
	API       string `json:"api"`       // URL of the filer's API, https
	Server    string `json:"server"`    // host of its NFS server
	Port      int    `json:"port"`      // TCP, of NFS
	MountPort int    `json:"mountPort"` // TCP, of the MOUNT protocol
	Export    string `json:"export"`    // absolute path that the server exports
}

// ZonesError says what of the zones file cannot be used.
type ZonesError struct{ Field, Found, Accepted string }

// Error implements error.
func (e *ZonesError) Error() string {
	return fmt.Sprintf("zones file: %s: found %s; accepted: %s", e.Field, e.Found, e.Accepted)
}

const maxPort = 65535

// LoadZones reads the file that says where the filers are: YAML, {zones: [Zone...]}. Errors: *ZonesError.
func LoadZones(file string) ([]Zone, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the zones file: %w", err)
	}
	var content struct {
		Zones []Zone `json:"zones"`
	}
	if err := yaml.UnmarshalStrict(raw, &content); err != nil {
		return nil, &ZonesError{"YAML", strings.Join(strings.Fields(err.Error()), " "), "zones: a list of name, api, server, port, mountPort, export"}
	}
	if len(content.Zones) == 0 {
		return nil, &ZonesError{"zones", "none", "at least one"}
	}
	for i, z := range content.Zones {
		if err := z.check(fmt.Sprintf("zones[%d].", i)); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(content.Zones[:i], func(o Zone) bool { return o.Name == z.Name }) {
			return nil, &ZonesError{fmt.Sprintf("zones[%d].name", i), fmt.Sprintf("%q again", z.Name), "each zone once"}
		}
	}
	return content.Zones, nil
}

func (z Zone) check(at string) error {
	if z.Name == "" || len(validation.IsValidLabelValue(z.Name)) > 0 {
		return &ZonesError{at + "name", fmt.Sprintf("%q", z.Name), "a value that the node label " + ZoneKey + " can have"}
	}
	if u, err := url.Parse(z.API); err != nil || u.Scheme != "https" || u.Host == "" {
		return &ZonesError{at + "api", fmt.Sprintf("%q", z.API), "a URL such as https://filer-a.storage.svc:2050"}
	}
	if z.Server == "" || strings.ContainsAny(z.Server, "/ \t\n") {
		return &ZonesError{at + "server", fmt.Sprintf("%q", z.Server), "a host name or address"}
	}
	for name, port := range map[string]int{"port": z.Port, "mountPort": z.MountPort} {
		if port < 1 || port > maxPort {
			return &ZonesError{at + name, fmt.Sprint(port), "1 to 65535"}
		}
	}
	if !path.IsAbs(z.Export) || path.Clean(z.Export) != z.Export {
		return &ZonesError{at + "export", fmt.Sprintf("%q", z.Export), "an absolute path"}
	}
	return nil
}

// keyZones is a class's parameter: the zones, parted by commas, whose filers may hold its volumes; all without it.
const keyZones = "zones"

// zonesOf are the zones whose filers may hold the class's volumes. Errors: INVALID_ARGUMENT for one without a filer.
func (c *controller) zonesOf(parameters map[string]string) ([]string, error) {
	all := c.zones()
	text, limited := parameters[keyZones]
	if !limited {
		return all, nil
	}
	var some []string
	for name := range strings.SplitSeq(text, ",") {
		zone := strings.TrimSpace(name)
		if !slices.Contains(all, zone) {
			return nil, badField("parameters."+keyZones, fmt.Sprintf("%q", text), "zones that have a filer, parted by commas: "+strings.Join(all, ", "))
		}
		if !slices.Contains(some, zone) {
			some = append(some, zone)
		}
	}
	return some, nil
}

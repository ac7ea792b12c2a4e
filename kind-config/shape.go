package kindconfig

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kind/pkg/apis/config/v1alpha4"
	"sigs.k8s.io/yaml"
)

// Shape is a kind configuration that this project can judge on: it has workers, and every worker has a zone.
type Shape struct {
	Name   string // of an embedded shape, or the path of the user's file
	Config v1alpha4.Cluster
}

// Names lists the embedded shapes.
func Names() []string {
	entries, err := fs.Glob(shapes, "*.yaml")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for i, e := range entries {
		entries[i] = strings.TrimSuffix(e, ".yaml")
	}
	return entries
}

// Load reads an embedded shape by its name, or a kind file of the user's by its path.
func Load(nameOrPath string) (Shape, error) {
	raw, err := shapes.ReadFile(nameOrPath + ".yaml")
	if err != nil {
		raw, err = os.ReadFile(filepath.Clean(nameOrPath))
		if errors.Is(err, fs.ErrNotExist) {
			return Shape{}, Invalid{Shape: nameOrPath, Field: "--shape", Found: "no such shape and no such file",
				Accepted: "one of " + strings.Join(Names(), ", ") + ", or the path of a kind configuration file"}
		}
		if err != nil {
			return Shape{}, Invalid{Shape: nameOrPath, Field: "--shape", Found: err.Error(), Accepted: "a readable kind configuration file"}
		}
	}
	shape := Shape{Name: nameOrPath}
	if err := yaml.UnmarshalStrict(raw, &shape.Config); err != nil {
		return Shape{}, Invalid{Shape: nameOrPath, Field: "the file", Found: err.Error(), Accepted: "a kind configuration (kind.x-k8s.io/v1alpha4) without unknown keys"}
	}
	return shape, shape.validate()
}

func (s Shape) validate() error {
	if s.Config.Kind != "Cluster" || s.Config.APIVersion != "kind.x-k8s.io/v1alpha4" {
		return Invalid{Shape: s.Name, Field: "kind, apiVersion", Found: fmt.Sprintf("%q, %q", s.Config.Kind, s.Config.APIVersion), Accepted: `"Cluster", "kind.x-k8s.io/v1alpha4"`}
	}
	workers := 0
	for i, node := range s.Config.Nodes {
		switch node.Role {
		case v1alpha4.WorkerRole:
		case v1alpha4.ControlPlaneRole:
			continue
		default:
			return Invalid{Shape: s.Name, Field: fmt.Sprintf("nodes[%d].role", i), Found: fmt.Sprintf("%q", node.Role), Accepted: "control-plane, worker"}
		}
		workers++
		if node.Labels[corev1.LabelTopologyZone] == "" {
			return Invalid{Shape: s.Name, Field: fmt.Sprintf("nodes[%d].labels", i), Found: "no " + corev1.LabelTopologyZone,
				Accepted: "a zone on every worker, for placement is judged by it"}
		}
	}
	if workers == 0 {
		return Invalid{Shape: s.Name, Field: "nodes", Found: "no node with role worker", Accepted: "at least one node with role worker and a zone label"}
	}
	return nil
}

// Invalid is a shape that cannot be used; it is the user's to mend.
type Invalid struct{ Shape, Field, Found, Accepted string }

func (e Invalid) Error() string {
	return fmt.Sprintf("cluster shape %s: %s: found %s; accepted: %s", e.Shape, e.Field, e.Found, e.Accepted)
}

// BadInput tells the command to end with the exit code for bad input.
func (e Invalid) BadInput() bool { return true }

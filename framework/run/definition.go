package run

import (
	"errors"
	"fmt"
	"strconv"

	"sigs.k8s.io/yaml"

	"csicert/driver/deploy"
	"csicert/framework/install"
	"csicert/framework/subject"
)

// The values of --driver that are no file.
const (
	BundledDriver = "bundled"
	NoDriver      = "none"
)

// definition reads what --driver names; nil where only Kubernetes is judged.
func (o Options) definition() (*subject.Driver, error) {
	switch o.Driver {
	case "", NoDriver:
		return nil, nil
	case BundledDriver:
		return o.ours(subject.Parse(deploy.Definition()))
	}
	return o.ours(subject.Load(o.Driver))
}

// ours refuses the bundled driver, whichever file asks for it, on a cluster of the user's.
func (o Options) ours(d *subject.Driver, err error) (*subject.Driver, error) {
	if err == nil && d.Install.Bundled && o.existing() {
		return nil, Invalid{"--driver", "the bundled driver on a cluster of yours", "a definition of a driver that is there or has manifests; the bundled one is for csicert's own clusters, into which its images are loaded"}
	}
	return d, err
}

// inDefinition gives an error of a key that showed on the cluster the key's place in the definition's file.
func inDefinition(d *subject.Driver, err error) error {
	var wrong install.Invalid
	if !errors.As(err, &wrong) {
		return err
	}
	return d.Wrong(wrong.Field, wrong.Found, wrong.Accepted)
}

// Definition is the driver that a --driver names, as csicert reads it. Errors: subject.Invalid.
func Definition(name string) (*subject.Driver, error) {
	if name == "" || name == NoDriver {
		return nil, Invalid{"--driver", quoteOrNothing(name), BundledDriver + " or a definition file"}
	}
	return Options{Driver: name}.definition()
}

// DefinitionForJob is the definition of a driver that stands in a cluster, as one file that needs no other; nothing for
// NoDriver. Errors: subject.Invalid, Invalid.
func DefinitionForJob(name string) ([]byte, error) {
	if name == NoDriver {
		return nil, nil
	}
	d, err := Definition(name)
	if err != nil {
		return nil, err
	}
	if d.Install.Bundled || len(d.Install.Manifests) > 0 {
		return nil, Invalid{"--driver", name + ", a driver that csicert installs", "one that is installed already: a Job with the right to install anything would have every right"}
	}
	text, err := yaml.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("writing the driver's definition: %w", err)
	}
	return text, nil
}

func quoteOrNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return strconv.Quote(s)
}

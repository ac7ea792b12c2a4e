package deploy

import _ "embed"

//go:embed csicert.yaml
var definition []byte

// Definition describes the driver to csicert, in the words in which a vendor describes one (kind: Driver).
func Definition() []byte { return definition }

//go:embed external-e2e.yaml
var external []byte

// External tells Kubernetes' own storage suite what the driver claims, in that suite's words (its -storage.testdriver).
func External() []byte { return external }

package deploy

import _ "embed"

//go:embed csicert.yaml
var definition []byte

// Definition describes the driver to csicert, in the words in which a vendor describes one (kind: Driver).
func Definition() []byte { return definition }

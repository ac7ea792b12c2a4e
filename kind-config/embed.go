// Package kindconfig says where a run happens: the shapes of the clusters that kind makes, and what a shape needs
// added on a restricted host.
package kindconfig

import "embed"

//go:embed zones.yaml one-zone.yaml
var shapes embed.FS

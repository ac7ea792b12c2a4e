//go:build release

package build

import _ "embed"

//go:embed carried.tar.gz
var archive []byte // written by make binary

func carriedArchive() []byte { return archive }

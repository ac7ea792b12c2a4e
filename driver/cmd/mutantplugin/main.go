// Command mutantplugin is the CSI driver with every fault built in, for volumes and snapshots whose class asks for one
// (parameter fault). It proves the harness and is never shipped.
package main

import (
	"os"

	"csicert/driver/fault"
	"csicert/driver/plugin"
)

func main() {
	os.Exit(plugin.Main("mutantplugin", plugin.Make{Controller: fault.NewController, Node: fault.NewNode}))
}

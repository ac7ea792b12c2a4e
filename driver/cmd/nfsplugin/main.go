// Command nfsplugin is the CSI driver: its controller, its node part, and the probe that asks either whether it works.
package main

import (
	"os"

	"csicert/driver/plugin"
)

func main() { os.Exit(plugin.Main("nfsplugin", plugin.Honest())) }

// Command mutantplugin is the CSI driver with every fault built in, for volumes and snapshots whose class asks for one
// (parameter fault), and with every other way to be right (parameter variation). It proves the harness and is never shipped.
package main

import (
	"os"

	"google.golang.org/grpc"

	"csicert/driver/fault"
	"csicert/driver/plugin"
	"csicert/driver/variation"
)

func main() {
	os.Exit(plugin.Main("mutantplugin", plugin.Make{Controller: fault.NewController, Node: fault.NewNode,
		Between: []grpc.UnaryServerInterceptor{variation.Intercept()}}))
}

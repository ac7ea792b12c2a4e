// Package fault makes the driver wrong, one defect at a time: each is a decorator around the calls that it spoils,
// chosen for a volume or snapshot by its class (parameter fault), so that one deployment serves every defect and honest
// volumes beside them. The shipped driver does not link it.
package fault

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"csicert/driver/filer"
)

// Parameter of a storage class or snapshot class names the fault. A volume's context carries it to the node.
const Parameter = "fault"

// Fault is one defect. What it leaves nil is honest.
type Fault struct {
	Name  string // kebab-case
	Wrong string // what it does wrong: a sentence, lower case, no full stop

	Controller func(csi.ControllerServer) csi.ControllerServer
	Node       func(csi.NodeServer) csi.NodeServer
	Filer      func(filer.Filer) filer.Filer // around every zone's filer

	// Lists has the fault answer ListVolumes for as long as a volume stands that was made with it.
	Lists bool
	// Lasting has what was made with the fault keep it when the plugin was started again: on a filer the fault's name is
	// in the thing's own name (see marked), on a node in a file (see note).
	Lasting bool
}

// All lists the faults by name.
func All() []Fault {
	var all []Fault
	for _, group := range [][]Fault{volumeFaults(), placementFaults(), restoreFaults(), contentFaults(), snapshotFaults(), lifetimeFaults(), filerFaults(), nodeFaults(),
		restartFaults(), nodeRestartFaults(), nameFaults(), unknownFaults(), repeatFaults(), collisionFaults(), listFaults(),
		resumeFaults(), conflictFaults(), confirmFaults(), republishFaults(), logFaults()} {
		all = append(all, group...)
	}
	slices.SortFunc(all, func(a, b Fault) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func byName() map[string]Fault {
	all := map[string]Fault{}
	for _, f := range All() {
		all[f.Name] = f
	}
	return all
}

// taken returns the fault that the parameters name, and the parameters without it.
func taken(parameters map[string]string) (string, map[string]string) {
	name, there := parameters[Parameter]
	if !there {
		return "", parameters
	}
	rest := maps.Clone(parameters)
	delete(rest, Parameter)
	return name, rest
}

// chosen returns which of the servers the parameters ask for, and the parameters as that one may see them.
func chosen[S any](honest S, faulty map[string]S, parameters map[string]string) (name string, server S, rest map[string]string, err error) {
	if name, rest = taken(parameters); name == "" {
		return "", honest, rest, nil
	}
	server, known := faulty[name]
	if !known {
		err = unknown(name)
	}
	return name, server, rest, err
}

func unknown(name string) error {
	names := slices.Sorted(maps.Keys(byName()))
	return status.Error(codes.InvalidArgument, fmt.Sprintf("parameter %s: found %q; accepted: %s", Parameter, name, strings.Join(names, ", ")))
}

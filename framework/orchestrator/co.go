package orchestrator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"github.com/onsi/ginkgo/v2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// Referee ends a judgement and keeps its record. No method but Say returns.
type Referee interface {
	// Fail says that the driver is not as it has to be: two lines, expected and observed.
	Fail(text string)
	// Blocked says that the judgement was not reached: which call, and why.
	Blocked(call, why string)
	// Unsupported says that the driver does not have what is judged.
	Unsupported(sentence string)
	// Say adds a line to the record. It is called from one goroutine.
	Say(format string, args ...any)
}

// Options are what a CO needs to know of the driver and its classes.
type Options struct {
	// Dial makes a connection to the driver's socket.
	Dial func(context.Context) (net.Conn, error)
	// Prefix begins every name that a CO makes up: nothing else has it. At most 40 bytes, so that much of a name is left.
	Prefix string
	// Size is what a volume is asked for with: bytes.
	Size int64
	// Volume and Snapshot are the parameters of the storage class and of the snapshot class.
	Volume, Snapshot Class
	// Capability is how volumes are to be used.
	Capability *csi.VolumeCapability
	// Segments are where volumes may be; none: the driver decides.
	Segments []*csi.Topology
	// Call bounds one call, Patience all repetitions of one together.
	Call, Patience time.Duration
	// Logs are the texts of the driver's logs by where they are written, at least since the CO was opened.
	Logs func(context.Context) (map[string]string, error)
	// SanityProgram is the path of csi-sanity; empty: it is not run.
	SanityProgram string
}

// Class is what a class tells the driver with every creation.
type Class struct{ Parameters, Secrets map[string]string }

// prefixLimit leaves two thirds of the 128 bytes of a name to the judgements.
const prefixLimit = 40

// CO is one orchestrator at one driver's socket. Its calls may be made from several goroutines, its judgements may not.
type CO struct {
	Referee
	Options

	lines   *grpc.ClientConn
	driver  csi.ControllerClient
	can     map[csi.ControllerServiceCapability_RPC_Type]bool
	places  bool // the driver has topology
	mu      sync.Mutex
	names   int
	volumes ledger[*csi.CreateVolumeRequest]
	cuts    ledger[*csi.CreateSnapshotRequest]
}

// Open connects to the driver and asks what it can do. Errors: an option that cannot be, the connection's, the driver's.
func Open(ctx context.Context, o Options, r Referee) (*CO, error) {
	if o.Prefix == "" || len(o.Prefix) > prefixLimit {
		return nil, fmt.Errorf("orchestrator: Prefix: found %q; accepted: 1 to %d bytes", o.Prefix, prefixLimit)
	}
	if o.Size <= 0 || o.Call <= 0 || o.Patience <= 0 {
		return nil, fmt.Errorf("orchestrator: Size, Call, Patience: found %d, %s, %s; accepted: above zero", o.Size, o.Call, o.Patience)
	}
	c := &CO{Referee: r, Options: o, can: map[csi.ControllerServiceCapability_RPC_Type]bool{}}
	var err error
	if c.lines, err = connect(o.Dial); err != nil {
		return nil, err
	}
	c.driver = csi.NewControllerClient(c.lines)
	if err := c.learn(ctx); err != nil {
		return nil, errors.Join(err, c.lines.Close())
	}
	return c, nil
}

func connect(dial func(context.Context) (net.Conn, error)) (*grpc.ClientConn, error) {
	lines, err := grpc.NewClient("passthrough:///csi", grpc.WithAuthority("localhost"), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return dial(ctx) }))
	if err != nil {
		return nil, fmt.Errorf("making a client of the driver: %w", err)
	}
	return lines, nil
}

// learn asks the driver what it can do.
func (c *CO) learn(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.Call)
	defer cancel()
	plugin, err := csi.NewIdentityClient(c.lines).GetPluginCapabilities(ctx, &csi.GetPluginCapabilitiesRequest{}, grpc.WaitForReady(true))
	if err != nil {
		return fmt.Errorf("asking the driver for its plugin capabilities: %w", err)
	}
	for _, p := range plugin.GetCapabilities() {
		c.places = c.places || p.GetService().GetType() == csi.PluginCapability_Service_VOLUME_ACCESSIBILITY_CONSTRAINTS
	}
	controller, err := c.driver.ControllerGetCapabilities(ctx, &csi.ControllerGetCapabilitiesRequest{})
	if err != nil {
		return fmt.Errorf("asking the driver for its controller capabilities: %w", err)
	}
	for _, p := range controller.GetCapabilities() {
		c.can[p.GetRpc().GetType()] = true
	}
	return nil
}

// Needs ends the judgement where the driver does not report a capability: the specification leaves these to it.
func (c *CO) Needs(all ...csi.ControllerServiceCapability_RPC_Type) {
	ginkgo.GinkgoHelper()
	for _, one := range all {
		if !c.can[one] {
			c.Unsupported("the driver does not report the controller capability " + one.String())
		}
	}
}

// Can tells whether the driver reports a capability.
func (c *CO) Can(one csi.ControllerServiceCapability_RPC_Type) bool { return c.can[one] }

// Name makes up a name that nothing has, which ends in the given text.
func (c *CO) Name(text string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.names++
	return fmt.Sprintf("%s-%d%s", c.Prefix, c.names, text)
}

// LongName is a name of as many bytes, whose last is the letter; all else is the same in every name that is made of the
// same beginning.
func LongName(beginning string, length int, letter byte) string {
	return beginning + strings.Repeat("x", length-len(beginning)-1) + string(letter)
}

// Close ends the connection. Undo comes first.
func (c *CO) Close() error {
	if err := c.lines.Close(); err != nil {
		return fmt.Errorf("closing the connection to the driver: %w", err)
	}
	return nil
}

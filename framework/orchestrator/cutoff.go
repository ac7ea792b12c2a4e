package orchestrator

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"github.com/onsi/ginkgo/v2"
)

// CutOff makes one CreateVolume call on a connection of its own, and cuts the connection after a while, as when the CO's
// node dies: whatever the driver answers is lost.
func (c *CO) CutOff(ctx context.Context, req *csi.CreateVolumeRequest, after time.Duration) {
	ginkgo.GinkgoHelper()
	var mu sync.Mutex
	var all []net.Conn
	lines, err := connect(func(ctx context.Context) (net.Conn, error) {
		conn, err := c.Dial(ctx)
		if err == nil {
			mu.Lock()
			defer mu.Unlock()
			all = append(all, conn)
		}
		return conn, err
	})
	if err != nil {
		c.Blocked("connecting once more", err.Error())
	}
	defer lines.Close() // what of it is left is cut already
	lines.Connect()
	if _, err := csi.NewIdentityClient(lines).Probe(ctx, &csi.ProbeRequest{}); err != nil { // the time runs from the call, not from the connection
		c.Blocked("connecting once more", err.Error())
	}
	note := c.volumes.asked(req.GetName(), req)
	ctx, cancel := context.WithTimeout(ctx, c.Call)
	defer cancel()
	timer := time.AfterFunc(after, func() {
		mu.Lock()
		defer mu.Unlock()
		for _, conn := range all {
			_ = conn.Close()
		}
		cancel() // or the call would be made again on a new connection
	})
	defer timer.Stop()
	answer, err := csi.NewControllerClient(lines).CreateVolume(ctx, req)
	note(answer.GetVolume().GetVolumeId(), err)
	if err == nil {
		c.Say("CreateVolume %s was answered before the connection was cut", Quote(req.GetName()))
	}
}

package calls_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"csicert/reports/calls"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

const evidence = `== claims ==
{"time":"2026-05-04T12:00:03Z","method":"/csi.v1.Controller/DeleteVolume","code":"Internal","ms":10,"error":"no"}
== what driver of controller-0 on a-1 said of it ==
{"time":"2026-05-04T12:00:02Z","level":"INFO","msg":"call","method":"/csi.v1.Controller/CreateVolume","code":"OK","ms":500,"request":"{}"}
{"time":"2026-05-04T11:00:02Z","msg":"call","method":"/csi.v1.Controller/CreateVolume","code":"OK","ms":500}
{"time":"2026-05-04T12:00:02Z","msg":"mounting","volume":"v"}
{"time":"2026-05-04T12:00:02Z","method":"/other/Call"}
{"time":<removed>
== what csi-provisioner of controller-0 on a-1 said of it ==
I0504 12:00:01.250000       1 connection.go:264] "GRPC call" method="/csi.v1.Controller/CreateVolume" request="{}"
I0504 12:00:01.250000       1 connection.go:270] "GRPC response" method="/csi.v1.Controller/CreateVolume"
`

func TestCallsOfEvidence(t *testing.T) {
	second := func(s float64) time.Time { return noon.Add(time.Duration(s * float64(time.Second))) }
	NewWithT(t).Expect(calls.Of(evidence, noon, second(10))).To(Equal([]calls.Call{
		{Began: second(1.25), Ended: second(1.25), Service: "Controller", Method: "CreateVolume", By: "csi-provisioner of controller-0 on a-1"},
		{Began: second(1.5), Ended: second(2), Service: "Controller", Method: "CreateVolume", Code: "OK", By: "driver of controller-0 on a-1"},
		{Began: second(2.99), Ended: second(3), Service: "Controller", Method: "DeleteVolume", Code: "Internal", Error: "no", By: "claims"},
	}))
}

func TestYearOfALineAfterNewYear(t *testing.T) {
	eve := time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC)
	found := calls.Of(`I0101 00:00:01.0 1 x.go:1] GRPC call: /csi.v1.Node/NodePublishVolume`, eve, eve.Add(time.Minute))
	NewWithT(t).Expect(found).To(HaveLen(1))
	NewWithT(t).Expect(found[0].Began).To(Equal(time.Date(2027, 1, 1, 0, 0, 1, 0, time.UTC)))
}

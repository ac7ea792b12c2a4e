package protocol

import (
	"context"
	"fmt"
	"strings"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// SanityPasses: the community's own tests, of the services that answer at the controller's socket. The node's half needs
// folders on a node and is not run on a cluster; the bundled driver has it in its own tests. It counts the volumes in the
// driver's list, so nothing else may be made meanwhile.
var SanityPasses = catalogue.Requirement{
	ID:        "PROT-030",
	Level:     catalogue.Should,
	Statement: "csi-sanity finds nothing wrong with the Identity and Controller services",
	Source:    catalogue.Reading("Error Scheme", "csi-sanity is what the Kubernetes storage community tests a driver's answers with, field by field and code by code; where it asks for more than the specification, a driver may be right"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket, catalogue.Disruption},
	Surveys:   true,
	Mutants: []catalogue.Mutant{
		{Name: "incomplete-request-accepted", Wrong: "a volume is made although the request does not say how it is to be used"},
	},
}

var _ = verify.That(SanityPasses, direct(sanityPasses))

func sanityPasses(ctx context.Context, co *orchestrator.CO) {
	found, err := co.RunSanity(ctx)
	if err != nil {
		co.Blocked("csi-sanity", err.Error())
	}
	co.Say("csi-sanity ran %d tests", found.Ran)
	co.MustBe(len(found.Failed) == 0, fmt.Sprintf("all of %d tests of csi-sanity to pass", found.Ran), fmt.Sprintf("%d failed:\n  %s", len(found.Failed), strings.Join(found.Failed, "\n  ")))
}

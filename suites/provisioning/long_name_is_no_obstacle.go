package provisioning

import (
	"context"
	"strings"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// longName is, with what the bench puts before it, near the longest that a claim and the events about it can have (253).
var longName = strings.Repeat("long-", 43) + "named"

// LongNameIsNoObstacle: a driver that labels its volumes by their claims has to fit the name into what its storage allows.
var LongNameIsNoObstacle = catalogue.Requirement{
	ID:        "PROV-017",
	Level:     catalogue.Must,
	Statement: "a claim with a name of more than 200 characters is provisioned and used like any other",
	Source:    catalogue.Docs("concepts/overview/working-with-objects/names#dns-subdomain-names", "contain no more than 253 characters"),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "long-claim-names-refused", Wrong: "a volume whose claim's name does not fit a label is not made"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(LongNameIsNoObstacle, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx), lab.Called(longName))
	pod := bench.Pod(ctx, lab.Using(claim))
	claim.Must(ctx, witness.BeBound())
	pod.Must(ctx, witness.Run())
})

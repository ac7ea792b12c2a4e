package protocol

import (
	"context"

	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// EveryAllowedNameIsAccepted: Kubernetes only ever asks for pvc-UUID, so drivers are seldom tried with another name.
var EveryAllowedNameIsAccepted = catalogue.Requirement{
	ID:        "PROT-007",
	Level:     catalogue.Should,
	Statement: "any text without control characters is accepted as a volume's name",
	Source:    catalogue.CSI("CreateVolume", "Any Unicode string that conforms to the length limit is allowed except those containing the following banned characters"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket},
	Mutants: []catalogue.Mutant{
		{Name: "volume-name-picky", Wrong: "names are accepted only where Kubernetes would make such"},
	},
}

var _ = verify.That(EveryAllowedNameIsAccepted, direct(everyAllowedNameIsAccepted))

func everyAllowedNameIsAccepted(ctx context.Context, co *orchestrator.CO) {
	for _, text := range []string{" with spaces", "/of/a/path", "..", "-UPPER", "-ünïcödé-名前-🗄", "'\"`$;|&<>*?\\", "\tand\nwhite\r\nspace"} {
		name := co.Name(text)
		_, err := co.Create(ctx, co.NewVolume(name))
		co.MustAnswer("CreateVolume with the name "+orchestrator.Quote(name), err, codes.OK)
	}
}

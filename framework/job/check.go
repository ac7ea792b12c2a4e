package job

import (
	"fmt"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// Invalid is a request that the user has to mend.
type Invalid struct{ Field, Found, Accepted string }

func (e Invalid) Error() string {
	return fmt.Sprintf("%s: found %s; accepted: %s", e.Field, e.Found, e.Accepted)
}

// BadInput tells the command to end with the exit code for bad input.
func (Invalid) BadInput() bool { return true }

var reference = regexp.MustCompile(`^[a-z0-9][a-zA-Z0-9._/:@-]{0,254}$`)

// Check refuses what a cluster would refuse, or worse, not. Errors: Invalid.
func (o Options) Check() error {
	for _, image := range []struct{ flag, ref, verb string }{{"--image", o.Image, "harness"}, {"--agent-image", o.Agent, "agent"}} {
		if !reference.MatchString(image.ref) {
			return Invalid{image.flag, fmt.Sprintf("%q", image.ref), "an image reference that every node has or can pull (csicert image " + image.verb + " FILE writes the image and prints its name)"}
		}
	}
	if wrong := validation.IsDNS1123Label(o.Namespace); len(wrong) > 0 {
		return Invalid{"--namespace", fmt.Sprintf("%q", o.Namespace), strings.Join(wrong, ", ")}
	}
	if o.Hold <= 0 {
		return Invalid{"--hold", o.Hold.String(), "a time above zero, such as 1h"}
	}
	return nil
}

package job

import (
	"fmt"
	"strings"

	imageref "github.com/google/go-containerregistry/pkg/name"
	"k8s.io/apimachinery/pkg/util/validation"
)

// Invalid is a request that the user has to mend.
type Invalid struct{ Field, Found, Accepted string }

func (e Invalid) Error() string {
	return fmt.Sprintf("%s: found %s; accepted: %s", e.Field, e.Found, e.Accepted)
}

// BadInput tells the command to end with the exit code for bad input.
func (Invalid) BadInput() bool { return true }

// Check refuses what a cluster would refuse, or worse, not. Errors: Invalid.
func (o Options) Check() error {
	for _, image := range []struct{ flag, ref, verb string }{{"--image", o.Image, "harness"}, {"--agent-image", o.Agent, "agent"}} {
		if _, err := imageref.ParseReference(image.ref); err != nil {
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

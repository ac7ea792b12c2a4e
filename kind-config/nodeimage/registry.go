package nodeimage

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"golang.org/x/mod/semver"
)

const (
	// answerBudget is how long a registry may take to say that it has the image.
	answerBudget = 3 * time.Second
	// pullBudget bounds the download once it has answered; building takes about as long on two cores.
	pullBudget = 15 * time.Minute
)

// prober asks a registry whether it has an image. A nil error means that it has.
type prober interface {
	probe(ctx context.Context, ref string) error
}

// remoteProber asks the registry that the reference names.
type remoteProber struct{}

func (remoteProber) probe(ctx context.Context, ref string) error {
	parsed, err := name.ParseReference(ref)
	if err != nil {
		return fmt.Errorf("reading the reference: %w", err)
	}
	_, err = remote.Head(parsed, remote.WithContext(ctx))
	return err
}

// decide says whether the image that kind names for itself shall be pulled, and why, in words for a person.
func decide(ctx context.Context, p prober, ref, kubernetes string) (pull bool, reason string) {
	offered := versionOf(ref)
	if offered == "" || !strings.Contains(ref, "@sha256:") {
		return false, "kind names no node image by version and digest"
	}
	if semver.MajorMinor(offered) != semver.MajorMinor(kubernetes) {
		return false, fmt.Sprintf("kind's node image carries Kubernetes %s and %s is pinned: not the same minor version", offered, kubernetes)
	}
	ctx, cancel := context.WithTimeout(ctx, answerBudget)
	defer cancel()
	err := p.probe(ctx, ref)
	var answered *transport.Error
	switch {
	case err == nil:
		return true, fmt.Sprintf("a registry has kind's node image for Kubernetes %s, of the pinned minor version %s",
			offered, semver.MajorMinor(kubernetes))
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return false, fmt.Sprintf("no registry answered within %s", answerBudget)
	case errors.As(err, &answered):
		return false, fmt.Sprintf("the registry answered with status %d", answered.StatusCode)
	}
	return false, "no registry is reachable"
}

// versionOf the node image reference name:vX.Y.Z@digest; empty when it has no such tag.
func versionOf(ref string) string {
	tagged, _, _ := strings.Cut(ref, "@")
	_, tag, _ := strings.Cut(tagged[strings.LastIndex(tagged, "/")+1:], ":")
	if !semver.IsValid(tag) {
		return ""
	}
	return tag
}

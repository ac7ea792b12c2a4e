package nodeimage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// local is an image that docker has.
type local struct {
	ID          string `json:"Id"`
	RepoDigests []string
	Config      struct{ Labels map[string]string }
}

func (b *builder) docker(ctx context.Context, args ...string) ([]byte, error) {
	return b.run(ctx, command{argv: append([]string{b.Docker}, args...)})
}

// inspect returns nil when docker has no image of that name.
func (b *builder) inspect(ctx context.Context, ref string) (*local, error) {
	printed, err := b.docker(ctx, "image", "inspect", "--format", "{{json .}}", ref)
	var failed *programError
	if errors.As(err, &failed) && strings.Contains(failed.tail, "No such image") {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("asking docker for the node image: %w", err)
	}
	var found local
	if err := json.Unmarshal(printed, &found); err != nil {
		return nil, fmt.Errorf("reading docker's answer: %w", err)
	}
	return &found, nil
}

// described returns the manifest in the image's label; ok is false when docker has no such image, or not one of ours.
func (b *builder) described(ctx context.Context, ref string) (image Image, ok bool, err error) {
	found, err := b.inspect(ctx, ref)
	if err != nil || found == nil {
		return Image{}, false, err
	}
	label, ok := found.Config.Labels[manifestLabel]
	if !ok {
		return Image{}, false, nil
	}
	if err := json.Unmarshal([]byte(label), &image); err != nil {
		return Image{}, false, fmt.Errorf("reading the manifest of %s: %w", ref, err)
	}
	return image, true, nil
}

package nodeimage

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// List returns every node image of this package that docker has: the built and loaded ones by name, then one that was
// pulled. Each carries its components. It neither pulls nor builds.
func List(ctx context.Context, o Options) ([]Image, error) {
	b, err := prepare(ctx, o)
	if err != nil {
		return nil, err
	}
	refs, err := b.refs(ctx)
	if err != nil {
		return nil, err
	}
	chosen, err := b.cache.chosen()
	if err != nil {
		return nil, err
	}
	var all []Image
	for _, ref := range refs {
		image, ok, err := b.described(ctx, ref)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue // somebody's own image under our name
		}
		if ref == chosen.Ref {
			image.Origin = chosen.Origin
		}
		all = append(all, image)
	}
	if chosen.Origin == Pulled {
		found, err := b.inspect(ctx, chosen.Ref)
		if err != nil {
			return nil, err
		}
		if found != nil {
			all = append(all, chosen)
		}
	}
	return all, nil
}

// refs of the images that docker has under our name, sorted.
func (b *builder) refs(ctx context.Context) ([]string, error) {
	printed, err := b.docker(ctx, "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", repository)
	if err != nil {
		return nil, fmt.Errorf("listing docker's node images: %w", err)
	}
	refs := slices.DeleteFunc(strings.Fields(string(printed)), func(ref string) bool { return strings.HasSuffix(ref, ":<none>") })
	slices.Sort(refs)
	return refs, nil
}

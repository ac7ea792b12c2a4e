package nodeimage

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
)

// manifest lists everything that goes into the image being built.
func (b *builder) manifest() (Image, error) {
	image := Image{Ref: b.pins.ref(), Kubernetes: b.pins.kubernetes(), Origin: Built}
	for _, m := range b.pins.modules {
		all, err := binaries(m, b.built(m.name))
		if err != nil {
			return image, err
		}
		image.Components = append(image.Components, all...)
	}
	pause, err := fileDigest(filepath.Join(b.built("pause"), "pause"))
	if err != nil {
		return image, err
	}
	image.Components = append(image.Components, Component{Name: "pause", Version: b.versionOf("pause"),
		Source: "kind-config/nodeimage/pause of this checkout", Digest: pause})
	archives, err := readArchived(b.dirs.archives)
	if err != nil {
		return image, err
	}
	for _, one := range archives {
		// The tag is what kubeadm asks for; the program inside may be of another patch version, and this names that one.
		p := programs()[one.program()]
		image.Components = append(image.Components, Component{Name: "image " + one.Name, Version: b.versionOf(p.component),
			Source: "assembled here around " + p.binary, Digest: one.Digest})
	}
	list, err := fileDigest(filepath.Join(b.dirs.base, packageList))
	if err != nil {
		return image, err
	}
	image.Components = append(image.Components,
		Component{Name: "debian base", Version: suite, Source: fmt.Sprintf("debootstrap minbase and %d packages", len(packages())), Digest: list},
		Component{Name: "kind node files", Version: b.pins.kind.Version, Source: "go module sigs.k8s.io/kind, images/base/files", Digest: b.pins.kind.Sum})
	slices.SortFunc(image.Components, func(a, b Component) int { return cmp.Compare(a.Name, b.Name) })
	return image, nil
}

// versionOf a component, as go.mod pins it; the pause program has only the hash of its source.
func (b *builder) versionOf(component string) string {
	for _, m := range b.pins.modules {
		if m.name == component {
			return m.version
		}
	}
	return b.pins.pause
}

package nodeimage

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"

	"csicert/kind-config/images"
)

// networkTools are the programs that kube-proxy calls, from the node's own base, with the libraries they load.
func networkTools(root string) ([]images.File, error) {
	const multi = "xtables-nft-multi"
	var files []images.File
	libraries, err := filepath.Glob(filepath.Join(root, "usr/lib/*-linux-gnu"))
	if err != nil || len(libraries) != 1 {
		return nil, errors.Join(err, fmt.Errorf("%d library folders in the base, want one", len(libraries)))
	}
	c := closure{root: root, libraries: libraries[0], seen: map[string]bool{}}
	for _, name := range []string{multi, "xtables-legacy-multi", "nft", "conntrack"} {
		more, err := c.of(path.Join("/usr/sbin", name))
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	plugins, err := filepath.Glob(filepath.Join(c.libraries, "xtables", "*.so"))
	if err != nil || len(plugins) == 0 {
		return nil, errors.Join(err, errors.New("the base has no extensions for iptables"))
	}
	for _, plugin := range plugins {
		more, err := c.of(plugin[len(root):])
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	for _, family := range []string{"iptables", "ip6tables"} {
		for _, verb := range []string{"", "-save", "-restore"} {
			files = append(files, images.File{Link: multi, Path: "/usr/sbin/" + family + verb})
		}
	}
	return files, nil
}

// closure collects a program, the libraries it names, and theirs, once each.
type closure struct {
	root      string
	libraries string // the architecture's library folder, below root
	seen      map[string]bool
}

// of returns the files that the binary at name, as the node sees it, adds.
func (c *closure) of(name string) ([]images.File, error) {
	if c.seen[name] {
		return nil, nil
	}
	c.seen[name] = true
	return c.load(filepath.Join(c.root, name), name)
}

func (c *closure) load(source, name string) ([]images.File, error) {
	needed, loader, err := needs(source)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	files := []images.File{{Source: source, Path: name, Mode: 0o755}}
	for _, library := range needed {
		more, err := c.of(filepath.Join(c.libraries, library)[len(c.root):])
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	if loader != "" && !c.seen[loader] {
		c.seen[loader] = true
		files = append(files, images.File{Source: filepath.Join(c.libraries, path.Base(loader)), Path: loader, Mode: 0o755})
	}
	return files, nil
}

// needs returns the libraries that an ELF file names and the loader that starts it, if any.
func needs(name string) (libraries []string, loader string, err error) {
	file, err := elf.Open(name)
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	for _, segment := range file.Progs {
		if segment.Type != elf.PT_INTERP {
			continue
		}
		content, err := io.ReadAll(segment.Open())
		if err != nil {
			return nil, "", err
		}
		loader = string(content[:len(content)-1]) // C string
	}
	libraries, err = file.ImportedLibraries()
	return libraries, loader, err
}

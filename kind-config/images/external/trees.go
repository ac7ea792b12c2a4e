package external

import (
	"context"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"csicert/kind-config/images"
	"csicert/kind-config/nodeimage"
)

const (
	searched = "PATH=/usr/bin:/bin:/sbin"
	busybox  = "/bin/busybox"

	users = `root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/false
`
	groups = `root:x:0:
nogroup:x:65534:
`
)

// specs are the images by the names under which the storage suite asks for them. What it wants of each is a shell with
// tools; of agnhost that program too; and of the image with glibc (and nothing of its DNS) a dd whose direct reads are
// those of the C library that most containers have.
func specs(ctx context.Context, root, agnhost string) (map[string]images.Spec, error) {
	tools, err := tools(ctx, root)
	if err != nil {
		return nil, err
	}
	glibc, err := nodeimage.Closure(root, "/usr/bin/dd")
	if err != nil {
		return nil, fmt.Errorf("gathering dd: %w", err)
	}
	shell := func(more ...images.File) images.Spec { // without a command of its own, as upstream: a pod brings one
		return images.Spec{Files: append(append([]images.File{}, tools...), more...), Entrypoint: []string{"/bin/env"}, Env: []string{searched}}
	}
	agnhosts := shell(images.File{Source: agnhost, Path: "/agnhost", Mode: 0o755}, images.File{Link: "agnhost", Path: "/agnhost-2"})
	agnhosts.Entrypoint = []string{"/agnhost"}
	return map[string]images.Spec{"busybox": shell(), "nginx": shell(), "glibc-dns-testing": shell(glibc...), "agnhost": agnhosts}, nil
}

// tools are busybox under each of its names, and what a program looks for in any container.
func tools(ctx context.Context, root string) ([]images.File, error) {
	program := filepath.Join(root, "usr", busybox)
	list, err := exec.CommandContext(ctx, program, "--list").Output()
	if err != nil {
		return nil, fmt.Errorf("asking busybox for its names: %w", err)
	}
	links, err := links(string(list))
	if err != nil {
		return nil, err
	}
	const folder = fs.ModeDir | 0o755
	return append(links,
		images.File{Source: program, Path: busybox, Mode: 0o755},
		images.File{Content: []byte(users), Path: "/etc/passwd", Mode: 0o644},
		images.File{Content: []byte(groups), Path: "/etc/group", Mode: 0o644},
		images.File{Path: "/root", Mode: fs.ModeDir | 0o700},
		images.File{Path: "/mnt", Mode: folder},
		images.File{Path: "/var/tmp", Mode: fs.ModeDir | fs.ModeSticky | 0o777},
		images.File{Path: "/tmp", Mode: fs.ModeDir | fs.ModeSticky | 0o777}), nil
}

var applet = regexp.MustCompile(`^([a-z0-9][a-z0-9._-]*|\[{1,2})$`)

// links refuses a list that is none, or that lacks what every script of the suite stands on.
func links(list string) ([]images.File, error) {
	var all []images.File
	missing := map[string]bool{"sh": true, "env": true, "ls": true, "dd": true, "grep": true, "mount": true, "nsenter": true, "sha256sum": true}
	for _, name := range strings.Fields(list) {
		if !applet.MatchString(name) {
			return nil, fmt.Errorf("busybox lists %q, which is no name of a program", name)
		}
		delete(missing, name)
		if name != filepath.Base(busybox) {
			all = append(all, images.File{Link: filepath.Base(busybox), Path: "/bin/" + name})
		}
	}
	for name := range missing {
		return nil, fmt.Errorf("busybox has no %s", name)
	}
	return all, nil
}

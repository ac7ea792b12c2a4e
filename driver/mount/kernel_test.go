package mount

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
)

func TestKernelOptions(t *testing.T) {
	source := Source{Server: "filer", Port: 3049, MountPort: 30048, Path: "/a"}
	for name, c := range map[string]struct {
		source        Source
		options, want []string
	}{
		"defaults":  {source, nil, []string{"vers=3", "proto=tcp", "port=3049", "nolock", "mountproto=tcp", "mountport=30048"}},
		"no ports":  {Source{Server: "filer"}, []string{"ro"}, []string{"ro", "vers=3", "proto=tcp", "nolock", "mountproto=tcp"}},
		"version 4": {source, []string{"nfsvers=4.1,hard"}, []string{"nfsvers=4.1", "hard", "proto=tcp", "port=3049"}},
		"locks":     {Source{}, []string{"lock", "nfsvers=3"}, []string{"lock", "nfsvers=3", "proto=tcp", "mountproto=tcp"}},
		"both ports": {source, []string{"port=1", "vers=4"},
			[]string{"vers=4", "proto=tcp", "port=3049"}},
	} {
		if got := kernelOptions(c.source, c.options); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestWhatTheKernelsClientLacks(t *testing.T) {
	for name, c := range map[string]struct {
		known    bool
		programs []string // of the image
		want     []string // of the error; none for no error
		not      string
	}{
		"nothing":         {true, []string{"mount", "/sbin/mount.nfs"}, nil, ""},
		"merged folders":  {true, []string{"mount", "/usr/sbin/mount.nfs"}, nil, ""},
		"the helper":      {true, []string{"mount"}, []string{"this image has no mount.nfs"}, "kernel has no"},
		"mount(8)":        {true, []string{"/sbin/mount.nfs"}, []string{"this image has no mount,"}, "kernel has no"},
		"both programs":   {true, nil, []string{"no mount and no mount.nfs"}, "kernel has no"},
		"the client":      {false, []string{"mount", "/sbin/mount.nfs"}, []string{"the kernel has no NFS client"}, "image"},
		"everything":      {false, nil, []string{"the kernel has no NFS client", "this image has no mount and no mount.nfs"}, "neither of"},
		"another's place": {true, []string{"mount", "/bin/mount.nfs"}, []string{"this image has no mount.nfs"}, "kernel has no"},
	} {
		err := unusable(c.known, missingPrograms(func(program string) (string, error) {
			if slices.Contains(c.programs, program) {
				return program, nil
			}
			return "", fs.ErrNotExist
		}))
		if (err == nil) != (len(c.want) == 0) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, words := range c.want {
			if text := err.Error(); !strings.Contains(text, words) || strings.Contains(text, c.not) {
				t.Errorf("%s: got %q, want %q and not %q", name, text, words, c.not)
			}
		}
	}
}

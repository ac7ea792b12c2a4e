package mount

import (
	"slices"
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

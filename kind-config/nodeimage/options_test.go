package nodeimage

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

func TestBadInputNamesFieldFoundAndAccepted(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	NewWithT(t).Expect(os.WriteFile(text, []byte("no archive"), privateFile)).To(Succeed())
	load := func(path string) func(*testing.T, Options) error {
		return func(t *testing.T, o Options) error { _, err := Load(t.Context(), o, path); return err }
	}
	list := func(change func(*Options)) func(*testing.T, Options) error {
		return func(t *testing.T, o Options) error {
			change(&o)
			_, err := List(t.Context(), o)
			return err
		}
	}
	cases := map[string]struct {
		call func(*testing.T, Options) error
		want string
	}{
		"no cache":        {list(func(o *Options) { o.CacheDir = "" }), `CacheDir is ""; accepted: a path`},
		"no docker":       {list(func(o *Options) { o.Docker = "" }), `Docker is ""; accepted: a path`},
		"no checkout":     {list(func(o *Options) { o.Source = t.TempDir() }), `accepted: the folder of the checkout`},
		"no such minor":   {list(func(o *Options) { o.Kubernetes = "1.30" }), `Kubernetes is "1.30"; accepted: nothing, for the newest, or one of 1.34`},
		"file absent":     {load("/absent/file"), `file is "/absent/file"; accepted: a file that`},
		"no archive":      {load(text), `accepted: a file that`},
		"folder":          {load(t.TempDir()), `accepted: a file that`},
		"other image":     {load(saved(t, "someone/else:v1")), `accepted: a file that`},
		"other minor":     {load(saved(t, repository+":v1.30.1-0123456789ab")), `with Kubernetes v1.30.1"; accepted: a node image of Kubernetes v1.`},
		"nothing to save": {func(t *testing.T, o Options) error { return Save(t.Context(), o, filepath.Join(t.TempDir(), "f")) }, `node image is "none that was built here"`},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			g := NewWithT(t)
			o, _, _ := fixture(t)
			err := c.call(t, o)
			g.Expect(err).To(MatchError(ContainSubstring(c.want)))
			var bad interface{ BadInput() bool }
			g.Expect(errors.As(err, &bad)).To(BeTrue())
			g.Expect(o.CacheDir).NotTo(BeADirectory(), "a refused call changes nothing")
		})
	}
}

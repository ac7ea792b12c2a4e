package nodeimage

import (
	"context"
	_ "embed"
	"fmt"
	"path/filepath"
)

// suiteRecipe is the code that decides what Suite makes.
//
//go:embed e2e.go
var suiteRecipe string

const (
	// suitePackage has no main: Kubernetes' end-to-end suite is a test.
	suitePackage = "k8s.io/kubernetes/test/e2e"
	// suiteBeside is how many of the suite's packages are compiled beside each other; each takes some 500 MiB.
	suiteBeside = "-p=2"
)

// Suite returns the folder with Kubernetes' own end-to-end suite (e2e.test), with what it calls (kubectl), what runs it
// in parallel (ginkgo) and what its pods run (agnhost), of the node's version of Kubernetes.
func (p *Parts) Suite(ctx context.Context) (dir, version string, err error) {
	c := component{name: "e2e", module: kubernetesModule, stamp: stampKubernetes}
	m, err := readModule(componentDir(p.b.Source, c.name), c, p.b.pins.goVersion)
	if err != nil {
		return "", "", err
	}
	dir, err = p.b.step(p.total, m.name, hash(m.key, suiteRecipe), func(dir string) error {
		if err := p.b.compile(ctx, m, dir); err != nil {
			return err
		}
		return p.b.compileTest(ctx, m, suitePackage, filepath.Join(dir, "e2e.test"))
	})
	return dir, m.version, err
}

// compileTest builds a package's tests into one program.
func (b *builder) compileTest(ctx context.Context, m module, pkg, program string) error {
	argv := append([]string{"go", "test", "-c", "-vet=off", suiteBeside}, buildFlags(m.tags, m.stamps())...)
	_, err := b.run(ctx, command{dir: componentDir(b.Source, m.name), env: goEnvironment(), argv: append(argv, "-o", program, pkg)})
	if err != nil {
		return fmt.Errorf("building the tests of %s %s: %w", pkg, m.version, err)
	}
	return nil
}

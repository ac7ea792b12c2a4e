package nodeimage

import (
	"bufio"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/mod/modfile"
)

// recipe is the code that decides what a step makes; a change of it is a change of the step's inputs.
//
//go:embed recipe.go gobuild.go base.go kindfiles.go controlplane.go sharedlibs.go store.go assemble.go manifest.go
var recipe embed.FS

// keyLength in hex digits: enough to tell any two recipes of one machine apart, short enough to read in a tag.
const keyLength = 12

// module is one component's pin, read from its go.mod and go.sum.
type module struct {
	component
	version  string
	sum      string   // go.sum's h1 checksum
	packages []string // main packages, from the tool directives
	key      string
}

// pins is every input of a build.
type pins struct {
	modules   []module
	kind      kindModule
	goVersion string
	base      string // keys of the steps that are no Go modules
	pause     string
	archives  string
	store     string
	node      string
}

// kindModule is where the pinned kind's own files lie.
type kindModule struct{ Version, Dir, Sum string }

func (p pins) kubernetes() string {
	for _, m := range p.modules {
		if m.module == kubernetesModule {
			return m.version
		}
	}
	return ""
}

// ref is the name of the image that these inputs build.
func (p pins) ref() string { return repository + ":" + p.kubernetes() + "-" + p.node }

func readPins(ctx context.Context, source, minor string, r *runner) (pins, error) {
	var p pins
	version, err := r.run(ctx, command{dir: source, argv: []string{"go", "env", "GOVERSION"}})
	if err != nil {
		return p, fmt.Errorf("asking for the Go version: %w", err)
	}
	p.goVersion = strings.TrimSpace(string(version))
	answer, err := r.run(ctx, command{dir: source, argv: []string{"go", "mod", "download", "-json", "sigs.k8s.io/kind"}})
	if err != nil {
		return p, fmt.Errorf("finding the kind module: %w", err)
	}
	if err := json.Unmarshal(answer, &p.kind); err != nil {
		return p, fmt.Errorf("reading what the go command says of the kind module: %w", err)
	}
	for _, c := range components(minor) {
		m, err := readModule(componentDir(source, c.name), c, p.goVersion)
		if err != nil {
			return p, err
		}
		p.modules = append(p.modules, m)
	}
	return p, p.derive(source)
}

func componentDir(source, name string) string {
	return filepath.Join(source, "kind-config", "nodeimage", "components", name)
}

// derive chains the keys, so that the node image's key covers every input.
func (p *pins) derive(source string) error {
	pause, err := os.ReadFile(filepath.Join(source, "kind-config", "nodeimage", "pause", "main.go"))
	if err != nil {
		return fmt.Errorf("reading the pause program: %w", err)
	}
	archiver, err := sources(filepath.Join(source, "kind-config", "images"))
	if err != nil {
		return err
	}
	p.pause = hash(append(buildFlags("", nil), p.goVersion, runtime.GOARCH, string(pause))...)
	p.base = hash(suite, strings.Join(packages(), " "), runtime.GOARCH, p.kind.Version, p.kind.Sum, text("base.go"), text("kindfiles.go"))
	images, node := []string{p.pause, p.base, archiver, text("controlplane.go"), text("sharedlibs.go")}, []string{text("assemble.go"), text("manifest.go")}
	for _, m := range p.modules {
		images, node = append(images, m.key), append(node, m.key)
	}
	p.archives = hash(images...)
	p.store = hash(p.archives, text("store.go"))
	p.node = hash(append(node, p.base, p.store, text("recipe.go"))...)
	return nil
}

func readModule(dir string, c component, goVersion string) (module, error) {
	m := module{component: c}
	name := filepath.Join(dir, "go.mod")
	mod, err := os.ReadFile(name)
	if err != nil {
		return m, &OptionError{Field: "Source", Found: dir, Accepted: "a checkout that holds the components' go.mod files (" + err.Error() + ")"}
	}
	file, err := modfile.Parse(name, mod, nil)
	if err != nil {
		return m, fmt.Errorf("reading the pins of %s: %w", c.name, err)
	}
	for _, r := range file.Require {
		if r.Mod.Path == c.module {
			m.version = r.Mod.Version
		}
	}
	for _, tool := range file.Tool {
		m.packages = append(m.packages, tool.Path)
	}
	if m.version == "" || len(m.packages) == 0 {
		return m, fmt.Errorf("%s: it must require %s and name its programs by tool directives", name, c.module)
	}
	sums, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil {
		return m, fmt.Errorf("reading the checksums of %s: %w", c.name, err)
	}
	if m.sum = checksum(string(sums), c.module, m.version); m.sum == "" {
		return m, fmt.Errorf("%s has no checksum of %s %s", filepath.Join(dir, "go.sum"), c.module, m.version)
	}
	m.key = hash(append(buildFlags(c.tags, m.stamps()), goVersion, runtime.GOARCH, string(mod), string(sums), text("gobuild.go"))...)
	return m, nil
}

func (m module) stamps() []string {
	if m.stamp == nil {
		return nil
	}
	return m.stamp(m.version)
}

func checksum(sums, modulePath, version string) string {
	for lines := bufio.NewScanner(strings.NewReader(sums)); lines.Scan(); {
		if f := strings.Fields(lines.Text()); len(f) == 3 && f[0] == modulePath && f[1] == version {
			return f[2]
		}
	}
	return ""
}

// sources hashes the Go files of a package, without its tests.
func sources(dir string) (string, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return "", err
	}
	var parts []string
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return "", fmt.Errorf("reading the sources of %s: %w", path.Base(dir), err)
		}
		parts = append(parts, filepath.Base(name), string(content))
	}
	return hash(parts...), nil
}

// text of one file of the recipe. A missing one cannot be built: the embed directive names it.
func text(name string) string {
	content, err := recipe.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(content)
}

// hash of parts; each part's length is hashed too, so that no two lists run together.
func hash(parts ...string) string {
	sum := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(sum, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(sum.Sum(nil))[:keyLength]
}

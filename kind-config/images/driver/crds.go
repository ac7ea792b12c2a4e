package driver

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// snapshotModule has the custom resource definitions of snapshots, as it was released.
const snapshotModule = "github.com/kubernetes-csi/external-snapshotter/client/v8"

// SnapshotCRDs returns the definitions of the snapshot kinds, a YAML stream. Source is the checkout, whose go.mod pins
// their version.
func SnapshotCRDs(ctx context.Context, source string) ([]byte, error) {
	command := exec.CommandContext(ctx, "go", "mod", "download", "-json", snapshotModule)
	command.Dir = source
	if output, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("fetching %s: %w: %s", snapshotModule, err, strings.TrimSpace(string(output)))
	}
	command = exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", snapshotModule)
	command.Dir = source
	dir, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", snapshotModule, err)
	}
	var stream bytes.Buffer
	for _, name := range []string{"volumesnapshotclasses", "volumesnapshotcontents", "volumesnapshots"} {
		content, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "config", "crd", "snapshot.storage.k8s.io_"+name+".yaml"))
		if err != nil {
			return nil, fmt.Errorf("reading the definition of %s: %w", name, err)
		}
		stream.WriteString("---\n")
		stream.Write(content)
	}
	return stream.Bytes(), nil
}

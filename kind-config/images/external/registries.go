package external

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"

	"csicert/kind-config/images"
	"csicert/kind-config/images/contents"
)

// registryPrefix begins a name that no registry serves: nothing can be pulled in an image's place.
const registryPrefix = "csicert.dev/external-"

// listed by the fields of RegistryList in Kubernetes' test/utils/image. One that it adds later keeps its own name, and
// its images are then not found: choose says so.
func listed() []string {
	return []string{"promoterE2eRegistry", "buildImageRegistry", "invalidRegistry", "gcEtcdRegistry", "gcRegistry",
		"sigStorageRegistry", "privateRegistry", "dockerLibraryRegistry", "cloudProviderGcpRegistry"}
}

// registries is the file that replaces every registry of the suite by this one.
func registries(registry string) []byte {
	var file bytes.Buffer
	for _, field := range listed() {
		fmt.Fprintf(&file, "%s: %s\n", field, registry)
	}
	return file.Bytes()
}

func environment(file string) []string { return []string{"KUBE_TEST_REPO_LIST=" + file} }

// asked returns the references of all images that the suite may ask for.
func asked(ctx context.Context, program, file string) ([]string, error) {
	command := exec.CommandContext(ctx, program, "--list-images")
	command.Env = append(os.Environ(), environment(file)...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	list, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("asking the suite for its images: %w: %s", err, strings.TrimSpace(complaints.String()))
	}
	return strings.Fields(string(list)), nil
}

// choose returns which of the references this project makes, in every version that the suite names, and what for.
func choose(refs []string, registry string, specs map[string]images.Spec) (map[string]string, error) {
	wanted, found := map[string]string{}, map[string]bool{}
	for _, ref := range refs {
		path, ours := strings.CutPrefix(ref, registry+"/")
		name, _, tagged := strings.Cut(path, ":")
		if _, known := specs[name]; ours && tagged && known {
			wanted[ref], found[name] = name, true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(specs)) {
		if !found[name] {
			return nil, fmt.Errorf("the suite asks for no image %s of %s; it has %d images", name, registry, len(refs))
		}
	}
	return wanted, nil
}

// hashOf all images together.
func hashOf(specs map[string]images.Spec) (string, error) {
	if len(specs) == 0 {
		return "", errors.New("there are no images")
	}
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(specs)) {
		content, err := contents.Hash(specs[name])
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %s\n", name, content)
	}
	return hex.EncodeToString(sum.Sum(nil))[:contents.Length], nil
}

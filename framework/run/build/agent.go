package build

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"csicert/kind-config/images"
)

const (
	repository = "csicert.dev/" // a name that no registry serves: nothing can be pulled in its place
	tagLength  = 12             // hex digits of the program's hash
	nobody     = "65532"
)

// Image is one with a single program in it.
type Image struct {
	Ref     string // its tag is the hash of the program in it
	Archive string // path of the image as docker save writes it
	SHA256  string // of the program, in hex
}

// Agent builds the agent and packs it as the image of the workload pods. An archive of the same agent is kept.
func Agent(ctx context.Context, o Options) (Image, error) {
	program, err := o.agent(ctx)
	if err != nil {
		return Image{}, err
	}
	return o.pack(ctx, "agent", program, images.Spec{})
}

// Harness packs this program, which must carry all that it needs (Carried), as the image of a Job. It writes below /tmp only.
func Harness(ctx context.Context, o Options) (Image, error) {
	program, err := os.Executable()
	if err != nil {
		return Image{}, fmt.Errorf("finding this program: %w", err)
	}
	return o.pack(ctx, "csicert", program, images.Spec{User: nobody,
		Files: []images.File{{Path: "/tmp", Mode: fs.ModeDir | fs.ModeSticky | 0o777}}})
}

// pack adds the program under its name to an image, which starts it.
func (o Options) pack(ctx context.Context, name, program string, spec images.Spec) (Image, error) {
	sum, err := digest(program)
	if err != nil {
		return Image{}, err
	}
	tag := sum[:tagLength]
	image := Image{Ref: repository + name + ":" + tag, SHA256: sum, Archive: filepath.Join(o.Dir, name+"-"+tag+".tar")}
	if _, err := os.Stat(image.Archive); !errors.Is(err, fs.ErrNotExist) {
		return image, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return Image{}, fmt.Errorf("making the images' folder: %w", err)
	}
	spec.Files = append(spec.Files, images.File{Source: program, Path: "/" + name, Mode: 0o755})
	spec.Entrypoint = []string{"/" + name}
	_, err = images.Archive(ctx, image.Archive, image.Ref, spec)
	return image, err
}

// agent is the path of the agent's program.
func (o Options) agent(ctx context.Context) (string, error) {
	if Carried() {
		folder, err := unpack(carriedArchive(), o.Dir)
		return filepath.Join(folder, "agent"), err
	}
	program := filepath.Join(o.Dir, "agent")
	// No commit goes into the binary: what does not change the agent must not change its image.
	err := o.goCommand(ctx, []string{"CGO_ENABLED=0"}, "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", program, agentPackage)
	if err != nil {
		return "", fmt.Errorf("building the agent: %w", err)
	}
	return program, nil
}

func digest(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	defer file.Close() // only read
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", fmt.Errorf("hashing %s: %w", path, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

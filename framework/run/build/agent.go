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
	agentRepository = "csicert.dev/agent" // a name that no registry serves: nothing can be pulled in its place
	agentPath       = "/agent"
	tagLength       = 12 // hex digits of the agent's hash
)

// AgentImage is the image of the workload pods.
type AgentImage struct {
	Ref     string // its tag is the hash of the agent in it
	Archive string // path of the image as docker save writes it
	SHA256  string // of the agent, in hex
}

// Agent builds the agent and packs it as an image that holds nothing else. An archive of the same agent is kept.
func Agent(ctx context.Context, o Options) (AgentImage, error) {
	program, err := o.agent(ctx)
	if err != nil {
		return AgentImage{}, err
	}
	sum, err := digest(program)
	if err != nil {
		return AgentImage{}, err
	}
	image := AgentImage{Ref: agentRepository + ":" + sum[:tagLength], SHA256: sum,
		Archive: filepath.Join(o.Dir, "agent-"+sum[:tagLength]+".tar")}
	if _, err := os.Stat(image.Archive); !errors.Is(err, fs.ErrNotExist) {
		return image, err
	}
	_, err = images.Archive(ctx, image.Archive, image.Ref, images.Spec{
		Files:      []images.File{{Source: program, Path: agentPath, Mode: 0o755}},
		Entrypoint: []string{agentPath},
	})
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
		return "", fmt.Errorf("reading the agent: %w", err)
	}
	defer file.Close() // only read
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", fmt.Errorf("hashing the agent: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

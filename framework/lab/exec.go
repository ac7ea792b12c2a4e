package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/client-go/tools/remotecommand"
)

// run executes the agent's verb in a pod and decodes what it prints into answer, when there is one.
func (c clients) run(ctx context.Context, namespace, pod string, args []string, answer any) error {
	executor, err := c.executor(namespace, pod, args, false)
	if err != nil {
		return err
	}
	var out, said bytes.Buffer
	if err := executor.StreamWithContext(ctx, remotecommand.StreamOptions{Stdout: &out, Stderr: &said}); err != nil {
		return fmt.Errorf("agent %s in pod %s: %w: %s", args[0], pod, err, strings.TrimSpace(said.String()))
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(out.Bytes(), answer); err != nil {
		return fmt.Errorf("decoding what agent %s printed in pod %s: %w", args[0], pod, err)
	}
	return nil
}

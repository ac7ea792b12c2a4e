package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/streaming/pkg/httpstream"
)

// run executes the agent's verb in a pod and decodes what it prints into answer, when there is one.
func (c clients) run(ctx context.Context, namespace, pod string, args []string, answer any) error {
	req := c.set.CoreV1().RESTClient().Post().Resource("pods").Namespace(namespace).Name(pod).SubResource("exec").
		VersionedParams(&corev1.PodExecOptions{Container: agentContainer, Command: append([]string{agentPath}, args...), Stdout: true, Stderr: true}, scheme.ParameterCodec)
	socket, err := remotecommand.NewWebSocketExecutor(c.rest, http.MethodGet, req.URL().String())
	if err != nil {
		return fmt.Errorf("preparing to run the agent in pod %s: %w", pod, err)
	}
	spdy, err := remotecommand.NewSPDYExecutor(c.rest, http.MethodPost, req.URL())
	if err != nil {
		return fmt.Errorf("preparing to run the agent in pod %s: %w", pod, err)
	}
	executor, err := remotecommand.NewFallbackExecutor(socket, spdy, httpstream.IsUpgradeFailure)
	if err != nil {
		return fmt.Errorf("preparing to run the agent in pod %s: %w", pod, err)
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

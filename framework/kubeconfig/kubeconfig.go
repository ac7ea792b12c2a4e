// Package kubeconfig reads how to reach a cluster, in the one way that all of csicert does it: exactly the context that was
// named, never the file's current one.
package kubeconfig

import (
	"errors"
	"fmt"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// errUnnamed is that somebody relies on the current context, which other programs change.
var errUnnamed = errors.New("no context is named")

// REST is how to reach this context of this file. No limit of the client's holds: the API server's own fairness decides, and
// a limit would distort what is measured.
func REST(file, context string) (*rest.Config, error) {
	if context == "" {
		return nil, fmt.Errorf("reading %s: %w", file, errUnnamed)
	}
	cfg, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(
		&clientcmd.ClientConfigLoadingRules{ExplicitPath: file},
		&clientcmd.ConfigOverrides{CurrentContext: context}).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("reading context %q of %s: %w", context, file, err)
	}
	cfg.QPS = -1
	return cfg, nil
}

package kubeconfig

import (
	"fmt"
	"net"
	"os"
	"path/filepath"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// ServiceAccount is where Kubernetes puts what a pod needs to reach its own cluster
// (https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/).
const ServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

// InPodContext names the cluster around the pod.
const InPodContext = "in-cluster"

// NotInPod is that this process has no service account.
type NotInPod struct{ Found string }

func (e NotInPod) Error() string {
	return fmt.Sprintf("csicert job run: found %s; accepted: a pod with a service account, as csicert job writes it (elsewhere: csicert e2e --kubeconfig --context)", e.Found)
}

// BadInput tells the command to end with the exit code for bad input.
func (NotInPod) BadInput() bool { return true }

// InPod writes into a folder the kubeconfig, with the one context InPodContext, of the service account that is mounted at
// account. The token stays where it is: Kubernetes renews it there. Errors: NotInPod.
func InPod(account, folder string) (file string, err error) {
	host, port := os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT")
	if host == "" || port == "" {
		return "", NotInPod{"no KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT"}
	}
	token, ca := filepath.Join(account, "token"), filepath.Join(account, "ca.crt")
	for _, needed := range []string{token, ca} {
		if _, err := os.Stat(needed); err != nil {
			return "", NotInPod{err.Error()}
		}
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("writing the pod's kubeconfig: %w", err)
	}
	file = filepath.Join(folder, "kubeconfig")
	err = clientcmd.WriteToFile(api.Config{
		Clusters:  map[string]*api.Cluster{InPodContext: {Server: "https://" + net.JoinHostPort(host, port), CertificateAuthority: ca}},
		AuthInfos: map[string]*api.AuthInfo{InPodContext: {TokenFile: token}},
		Contexts:  map[string]*api.Context{InPodContext: {Cluster: InPodContext, AuthInfo: InPodContext}},
	}, file)
	if err != nil {
		return "", fmt.Errorf("writing the pod's kubeconfig: %w", err)
	}
	return file, nil
}

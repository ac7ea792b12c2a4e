package job

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// Where Sonobuoy gives a plugin its files, and takes its results from: the file done holds the path of the results.
const (
	sonobuoyConfig  = "/tmp/sonobuoy/config"
	sonobuoyResults = "/tmp/sonobuoy/results"
)

// plugin is Sonobuoy's description of a plugin (its pkg/plugin/manifest), as far as it is used here.
type plugin struct {
	Config    pluginConfig      `json:"sonobuoy-config"`
	Spec      corev1.Container  `json:"spec"`
	ConfigMap map[string]string `json:"config-map,omitempty"`
}

type pluginConfig struct {
	Driver       string `json:"driver"`
	Name         string `json:"plugin-name"`
	ResultFormat string `json:"result-format"`
}

// Plugin is the same run as a plugin file of Sonobuoy's, which gives its plugins rights over the whole cluster.
func (o Options) Plugin() ([]byte, error) {
	p := plugin{
		Config: pluginConfig{Driver: "Job", Name: name, ResultFormat: "junit"}, // a Job: once, not on every node
		Spec: corev1.Container{
			Name: "plugin", Image: o.Image, ImagePullPolicy: corev1.PullIfNotPresent, Command: []string{program},
			Args:         o.arguments(sonobuoyConfig+"/"+definitionFile, "--results", sonobuoyResults+"/"+name+".tar.gz", "--done", sonobuoyResults+"/done"),
			VolumeMounts: []corev1.VolumeMount{{Name: "results", MountPath: sonobuoyResults}},
		},
	}
	if len(o.Definition) > 0 {
		p.ConfigMap = map[string]string{definitionFile: string(o.Definition)}
	}
	text, err := yaml.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("writing the plugin's file: %w", err)
	}
	return text, nil
}

package deploy

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/util/yaml"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
)

func options(t *testing.T) Options {
	t.Helper()
	o := Defaults()
	o.Images = map[string]string{}
	for _, name := range append(Images(), o.Plugin) {
		o.Images[name] = "csicert.dev/" + name + ":1"
	}
	o.Zones = []Zone{{"zone-a", "one"}, {"Zone_B.2", "two"}}
	o.Keys = []string{"topology.kubernetes.io/region", "csicert.dev/rack"}
	var err error
	if o.Credentials, err = NewCredentials(o.Zones, time.Now()); err != nil {
		t.Fatal(err)
	}
	return o
}

// decode reads a stream strictly: a key that its type does not have is an error.
func decode(t *testing.T, stream []byte) []runtime.Object {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientscheme.AddToScheme, snapshotv1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	strict := json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme, json.SerializerOptions{Yaml: true, Strict: true})
	reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(stream)))
	var objects []runtime.Object
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return objects
		}
		if err != nil {
			t.Fatal(err)
		}
		if !hasContent(document) {
			continue
		}
		o, _, err := strict.Decode(document, nil, nil)
		if err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		objects = append(objects, o)
	}
}

func hasContent(document []byte) bool {
	for line := range bytes.Lines(document) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' && !bytes.Equal(line, []byte("---")) {
			return true
		}
	}
	return false
}

func TestEveryManifestIsItsTypeAndNothingElse(t *testing.T) {
	stream, err := Render(options(t))
	if err != nil {
		t.Fatal(err)
	}
	filers, classes := 0, 0
	for _, o := range decode(t, stream) {
		switch o := o.(type) {
		case *appsv1.Deployment:
			if strings.HasPrefix(o.Name, "filer-") {
				filers++
			}
		case *snapshotv1.VolumeSnapshotClass:
			classes++
		}
	}
	if filers != 2 || classes != 2 {
		t.Errorf("found %d filers and %d snapshot classes; want 2 and 2", filers, classes)
	}
	controller, err := RenderSnapshotController(map[string]string{"snapshot-controller": "x"}, "w")
	if err != nil {
		t.Fatal(err)
	}
	if len(decode(t, controller)) != 4 {
		t.Error("the snapshot controller has not its four objects")
	}
	if !strings.Contains(string(controller), `nodeSelector: {kubernetes.io/hostname: "w"}`) {
		t.Error("the snapshot controller may run anywhere")
	}
}

func TestTheTokenIsWhereItIsNeededOnly(t *testing.T) {
	o := options(t)
	stream, err := Render(o)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(stream, o.Credentials.Token) {
		t.Error("the token stands in the manifests outside of a Secret's data")
	}
	for _, object := range decode(t, stream) {
		switch workload := object.(type) {
		case *appsv1.DaemonSet:
			noSecrets(t, workload.Name, workload.Spec.Template.Spec)
		case *appsv1.Deployment:
			for _, v := range workload.Spec.Template.Spec.Volumes {
				if v.Secret == nil {
					continue
				}
				want := "filer-server"
				if workload.Name == "controller" {
					want = "filer-client"
				}
				if v.Secret.SecretName != want {
					t.Errorf("%s mounts secret %s; want %s", workload.Name, v.Secret.SecretName, want)
				}
			}
		}
	}
}

func noSecrets(t *testing.T, name string, pod corev1.PodSpec) {
	t.Helper()
	for _, v := range pod.Volumes {
		if v.Secret != nil {
			t.Errorf("daemon set %s, which is on every node, mounts secret %s", name, v.Secret.SecretName)
		}
	}
}

func TestTheCertificateIsTheFilers(t *testing.T) {
	o := options(t)
	pair, err := tls.X509KeyPair(o.Credentials.Certificate, o.Credentials.Key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(o.Credentials.CA) {
		t.Fatal("the authority is not PEM")
	}
	for _, s := range o.sites() {
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: s.Host}); err != nil {
			t.Errorf("%s: %v", s.Host, err)
		}
	}
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: "filer-zone-z." + Namespace + ".svc"}); err == nil {
		t.Error("the certificate is good for a zone that is not there")
	}
}

func TestBadOptionsAreRefusedByName(t *testing.T) {
	for _, c := range []struct {
		field  string
		change func(*Options)
	}{
		{"Images", func(o *Options) { delete(o.Images, "filer") }},
		{"Zones", func(o *Options) { o.Zones = nil }},
		{"Zones", func(o *Options) { o.Zones[1] = o.Zones[0] }},
		{"Zones", func(o *Options) { o.Zones[0].Name = "a\nb" }},
		{"Zones", func(o *Options) { o.Zones[0].Hostname = "" }},
		{"Capacity", func(o *Options) { o.Capacity = "much" }},
		{"Controllers", func(o *Options) { o.Controllers = 0 }},
		{"Mount", func(o *Options) { o.Mount = "smb" }},
	} {
		o := options(t)
		c.change(&o)
		_, err := Render(o)
		var bad *BadOptionError
		if !errors.As(err, &bad) || bad.Field != c.field || bad.Accepted == "" {
			t.Errorf("%s: got %v", c.field, err)
		}
	}
}

func TestSeveralControllersElectWhoWorks(t *testing.T) {
	for _, controllers := range []int{1, 2} {
		o := options(t)
		o.Controllers = controllers
		stream, err := Render(o)
		if err != nil {
			t.Fatal(err)
		}
		leases, sidecars := 0, 0
		for _, object := range decode(t, stream) {
			switch object := object.(type) {
			case *rbacv1.Role:
				for _, rule := range object.Rules {
					leases += len(rule.Resources)
				}
			case *appsv1.Deployment:
				if object.Name != "controller" {
					continue
				}
				if *object.Spec.Replicas != int32(controllers) {
					t.Errorf("%d replicas; want %d", *object.Spec.Replicas, controllers)
				}
				for _, c := range object.Spec.Template.Spec.Containers {
					if slices.Contains(c.Args, fmt.Sprintf("--leader-election=%t", controllers > 1)) {
						sidecars++
					}
				}
			}
		}
		if sidecars != 3 || leases != controllers-1 {
			t.Errorf("%d controllers: %d sidecars know whether to elect, %d resources of an election may be used; want 3 and %d", controllers, sidecars, leases, controllers-1)
		}
	}
}

package lab

import (
	"context"
	"encoding/json"

	"github.com/onsi/ginkgo/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// HandOver does what an administrator does to use a retained volume again: it has the volume name another claim (see
// Called), which need not exist yet.
func (b *Bench) HandOver(ctx context.Context, v *Volume, claim string) {
	ginkgo.GinkgoHelper()
	ref := map[string]any{"namespace": b.lab.namespace, "name": b.called(claim), "uid": nil, "resourceVersion": nil}
	patch, err := json.Marshal(map[string]any{"spec": map[string]any{"claimRef": ref}})
	if err == nil {
		_, err = b.lab.clients.set.CoreV1().PersistentVolumes().Patch(ctx, v.Name(), types.MergePatchType, patch, metav1.PatchOptions{})
	}
	if err != nil {
		b.blocked("handing over "+v.Name(), err.Error())
	}
	b.say("handed %s over to claim %s", v.Name(), b.called(claim))
}

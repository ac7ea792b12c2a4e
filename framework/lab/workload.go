package lab

import (
	"context"
	"slices"
	"sync"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"

	"csicert/framework/payload"
	"csicert/framework/witness"
)

// Workload is a claim and the pod that uses it, with what was written.
type Workload struct {
	*Claim
	Pod     *Pod
	Written payload.Manifest // nothing until it was filled; of a copy, what its source had

	class  string
	beside PodOption                 // where a copy can be reached even if it has to be where its source is
	start  func(ctx context.Context) // creates the pod, once; it was created already where the class is not prompt
}

// Workload asks for a claim of the class and a pod that uses it. It waits for neither. Of a prompt class the pod comes
// when it has to run, once its claim is bound.
func (b *Bench) Workload(ctx context.Context, class string, options ...PodOption) Workload {
	ginkgo.GinkgoHelper()
	w := Workload{Claim: b.Claim(ctx, class), class: class}
	w.Pod, w.start = b.user(ctx, w, options...)
	return w
}

// user is the pod that uses the claim.
func (b *Bench) user(ctx context.Context, of Workload, options ...PodOption) (*Pod, func(context.Context)) {
	ginkgo.GinkgoHelper()
	pod := b.plannedPod(append(options, Using(of.Claim))...)
	var once sync.Once
	start := func(ctx context.Context) { once.Do(func() { b.create(ctx, "pod", pod.made) }) }
	if !b.prompt[of.class] {
		start(ctx)
	}
	return pod, start
}

// Opened is a workload that runs and has written the tree.
func (b *Bench) Opened(ctx context.Context, class string, tree payload.Tree, options ...PodOption) Workload {
	ginkgo.GinkgoHelper()
	w := b.Workload(ctx, class, options...)
	w.ReachRun(ctx)
	w.Written = b.Fill(ctx, w.Pod, tree)
	w.beside = func(*corev1.Pod) {} // a claim that binds first leads its pods
	if !b.prompt[class] {
		w.beside = b.Beside(ctx, w.Claim)
	}
	return w
}

// Filled is an opened workload whose pod is gone: everything is on its storage.
func (b *Bench) Filled(ctx context.Context, class string, tree payload.Tree, options ...PodOption) Workload {
	ginkgo.GinkgoHelper()
	w := b.Opened(ctx, class, tree, options...)
	b.Retire(ctx, w.Pod)
	return w
}

// Bound is a claim that has a volume, and a pod only where the driver's volumes wait for one: for specs that look into no
// volume.
func (b *Bench) Bound(ctx context.Context) *Claim {
	ginkgo.GinkgoHelper()
	class := b.PromptClass(ctx)
	claim := b.Claim(ctx, class)
	if !b.prompt[class] {
		b.Pod(ctx, Using(claim))
	}
	claim.Reach(ctx, witness.BeBound())
	return claim
}

// Copied asks for a copy of a workload that was opened, as large as its claim, and for a pod beside it. It waits for
// neither.
func (b *Bench) Copied(ctx context.Context, of Workload, from ClaimOption, options ...ClaimOption) Workload {
	ginkgo.GinkgoHelper()
	w := Workload{Claim: b.CopiedClaim(ctx, of, from, options...), Written: of.Written, class: of.class}
	w.Pod, w.start = b.user(ctx, w, of.beside)
	return w
}

// CopiedClaim is Copied without a pod.
func (b *Bench) CopiedClaim(ctx context.Context, of Workload, from ClaimOption, options ...ClaimOption) *Claim {
	ginkgo.GinkgoHelper()
	return b.Claim(ctx, of.class, append([]ClaimOption{AsLargeAs(of.Claim), from}, options...)...)
}

// Nearby keeps a pod where a copy of the workload can be reached.
func (w Workload) Nearby() PodOption { return w.beside }

// MustRun requires the claim to be bound and the pod to run.
func (w Workload) MustRun(ctx context.Context) {
	ginkgo.GinkgoHelper()
	w.Must(ctx, witness.BeBound())
	w.start(ctx)
	w.Pod.Must(ctx, witness.Run())
}

// ReachRun is MustRun for what the judgement only builds on.
func (w Workload) ReachRun(ctx context.Context) {
	ginkgo.GinkgoHelper()
	w.Reach(ctx, witness.BeBound())
	w.start(ctx)
	w.Pod.Reach(ctx, witness.Run())
}

// RecoverRun is MustRun after an obstacle was taken away.
func (w Workload) RecoverRun(ctx context.Context) {
	ginkgo.GinkgoHelper()
	w.Recover(ctx, witness.BeBound())
	w.start(ctx)
	w.Pod.Recover(ctx, witness.Run())
}

// BindAnother is the fence of those who say that a claim is not bound: another claim of the class with a pod, which is.
func (b *Bench) BindAnother(ctx context.Context, class string) {
	ginkgo.GinkgoHelper()
	b.Workload(ctx, class).Reach(ctx, witness.BeBound())
}

// VolumeHandle is the driver's own name for the volume of a bound claim, which must be one of its own.
func (b *Bench) VolumeHandle(ctx context.Context, c *Claim) string {
	ginkgo.GinkgoHelper()
	volume := b.Backing(c)
	volume.Must(ctx, witness.BeMadeBy(b.Driver()))
	return volume.Now().Spec.CSI.VolumeHandle
}

// Joined is a volume's content with trees beside it. They are reckoned from the recipe: what one pod saw, maybe while its
// storage was away, is not the measure of what is there.
func (b *Bench) Joined(ctx context.Context, content payload.Manifest, trees ...payload.Tree) payload.Manifest {
	ginkgo.GinkgoHelper()
	all := slices.Clone(content.Entries)
	for _, tree := range trees {
		more, err := tree.Manifest(ctx)
		if err != nil {
			b.blocked("reckoning the tree "+tree.String(), err.Error())
		}
		all = append(all, more.Entries...)
	}
	return payload.Manifest{Entries: all}
}

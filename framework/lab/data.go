package lab

import (
	"context"
	"errors"
	"fmt"

	"github.com/onsi/ginkgo/v2"
	"k8s.io/client-go/util/exec"

	"csicert/framework/agent"
	"csicert/framework/payload"
	"csicert/framework/witness"
)

// Fill writes the tree into the pod's first claim and returns what then is in it.
func (b *Bench) Fill(ctx context.Context, p *Pod, tree payload.Tree) payload.Manifest {
	ginkgo.GinkgoHelper()
	return b.FillNth(ctx, p, 0, tree)
}

// MustFill is Fill where that the pod can write is what is judged: an agent that ends with an error, or waits for longer
// than storage may be away, is the finding.
func (b *Bench) MustFill(ctx context.Context, p *Pod, tree payload.Tree) payload.Manifest {
	ginkgo.GinkgoHelper()
	return b.MustFillWhile(ctx, p, tree, func() {})
}

// MustFillWhile is MustFill with something that happens while the pod writes.
func (b *Bench) MustFillWhile(ctx context.Context, p *Pod, tree payload.Tree, during func()) payload.Manifest {
	ginkgo.GinkgoHelper()
	within := b.lab.cfg.Budgets.Retry
	tooLong := fmt.Errorf("it has waited for %s", within)
	ctx, cancel := context.WithTimeoutCause(ctx, within, tooLong)
	defer cancel()
	var m payload.Manifest
	filled := make(chan error, 1)
	go func() {
		filled <- b.lab.clients.run(ctx, p.key.namespace, p.Name(), agent.Fill{Tree: tree, Dir: dataDir(0)}.Args(), &m)
	}()
	during()
	err := <-filled
	var ended exec.CodeExitError
	switch {
	case errors.As(err, &ended), err != nil && errors.Is(context.Cause(ctx), tooLong):
		ginkgo.Fail(fmt.Sprintf("expected: pod %s to write the tree %s\nobserved: %v", p.Name(), tree, errors.Join(err, context.Cause(ctx))))
	case err != nil:
		b.blocked("running the agent", err.Error())
	}
	b.say("filled %s: %d entries, digest %.12s", p.Name(), len(m.Entries), m.Digest())
	return m
}

// Digest lists what the pod sees in its first claim.
func (b *Bench) Digest(ctx context.Context, p *Pod) payload.Manifest {
	ginkgo.GinkgoHelper()
	return b.DigestNth(ctx, p, 0)
}

// FillNth is Fill into the pod's n-th claim, counted from 0.
func (b *Bench) FillNth(ctx context.Context, p *Pod, n int, tree payload.Tree) payload.Manifest {
	ginkgo.GinkgoHelper()
	var m payload.Manifest
	b.inPod(ctx, p, agent.Fill{Tree: tree, Dir: dataDir(n)}.Args(), &m)
	b.say("filled claim %d of %s: %d entries, digest %.12s", n, p.Name(), len(m.Entries), m.Digest())
	return m
}

// DigestNth lists what the pod sees in its n-th claim.
func (b *Bench) DigestNth(ctx context.Context, p *Pod, n int) payload.Manifest {
	ginkgo.GinkgoHelper()
	var m payload.Manifest
	b.inPod(ctx, p, agent.Digest{Dir: dataDir(n)}.Args(), &m)
	b.say("%s sees %d entries in claim %d, digest %.12s", p.Name(), len(m.Entries), n, m.Digest())
	return m
}

// DigestOnDisk lists what is in a volume's directory on its node: the storage's own word, without any mount.
func (b *Bench) DigestOnDisk(ctx context.Context, v *Volume) payload.Manifest {
	ginkgo.GinkgoHelper()
	var m payload.Manifest
	b.keeper(ctx, v.On, agent.Digest{Dir: keeperMount + "/" + v.dir}, &m)
	b.say("%s has %d entries on the disk of %s, digest %.12s", v.Name(), len(m.Entries), v.On.Name, m.Digest())
	return m
}

// MustHoldOnDisk requires a volume's directory on its node to hold exactly the tree.
func (b *Bench) MustHoldOnDisk(ctx context.Context, v *Volume, want payload.Manifest) {
	ginkgo.GinkgoHelper()
	b.judging(ctx, b.litterDisk(v))
	got, holding := b.DigestOnDisk(ctx, v), witness.HoldExactly(want)
	if ok, err := holding.Match(got); !ok || err != nil {
		ginkgo.Fail(holding.FailureMessage(got))
	}
}

// TryWrite tries to make a file in the pod's first claim and tells what came of it.
func (b *Bench) TryWrite(ctx context.Context, p *Pod) agent.Attempt {
	ginkgo.GinkgoHelper()
	var r agent.Attempt
	b.inPod(ctx, p, agent.TryWrite{Dir: dataDir(0)}.Args(), &r)
	return r
}

// Owner tells to whom the pod's first claim belongs.
func (b *Bench) Owner(ctx context.Context, p *Pod) agent.Status {
	ginkgo.GinkgoHelper()
	var r agent.Status
	b.inPod(ctx, p, agent.Stat{Dir: dataDir(0)}.Args(), &r)
	return r
}

func (b *Bench) inPod(ctx context.Context, p *Pod, args []string, answer any) {
	ginkgo.GinkgoHelper()
	ctx, cancel := context.WithTimeout(ctx, b.lab.cfg.Budgets.Data)
	defer cancel()
	if err := b.lab.clients.run(ctx, p.key.namespace, p.Name(), args, answer); err != nil {
		b.blocked("running the agent", err.Error())
	}
}

// Change alters the tree that was filled into the pod's first claim and returns what then is in it.
func (b *Bench) Change(ctx context.Context, p *Pod, tree payload.Tree) payload.Manifest {
	ginkgo.GinkgoHelper()
	var m payload.Manifest
	b.inPod(ctx, p, agent.Mutate{Tree: tree, Dir: dataDir(0)}.Args(), &m)
	b.say("changed %s: %d entries, digest %.12s", p.Name(), len(m.Entries), m.Digest())
	return m
}

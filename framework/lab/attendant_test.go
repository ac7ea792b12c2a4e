package lab

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"csicert/framework/agent"
)

// keeperAt serves talks with the real agent and counts them; cut ends the one that runs.
type keeperAt struct {
	talks int
	cut   func()
}

func (k *keeperAt) dial(ctx context.Context) (net.Conn, error) {
	k.talks++
	near, far := net.Pipe()
	k.cut = func() { _ = far.Close() }
	go func() {
		_ = agent.Run(context.WithoutCancel(ctx), agent.Serve{}.Args(), far, far, io.Discard)
		_ = far.Close()
	}()
	return near, nil
}

func TestQuestionsShareOneTalk(t *testing.T) {
	g := NewWithT(t)
	k := &keeperAt{}
	a := newAttendant(k.dial)
	dir := t.TempDir()
	for range 3 {
		var names agent.Names
		g.Expect(a.ask(t.Context(), agent.List{Under: dir}, &names)).To(Succeed())
		g.Expect(a.ask(t.Context(), agent.List{Under: dir + "/none"}, &names)).To(MatchError(ContainSubstring("agent list: ")))
	}
	g.Expect(k.talks).To(Equal(1))
	a.end()
}

func TestATalkThatEndedIsBegunAnew(t *testing.T) {
	g := NewWithT(t)
	k := &keeperAt{}
	a := newAttendant(k.dial)
	dir := t.TempDir()
	g.Expect(a.ask(t.Context(), agent.Mkdir{Under: dir, Name: "a", Mode: 0o755}, nil)).To(Succeed())
	k.cut()
	var names agent.Names
	g.Expect(a.ask(t.Context(), agent.List{Under: dir}, &names)).To(Succeed())
	g.Expect(names.Names).To(HaveLen(1))
	g.Expect(k.talks).To(Equal(2))
	a.end()
}

func TestAQuestionThatMayHaveBeenHeardIsNotRepeated(t *testing.T) {
	g := NewWithT(t)
	talks := 0
	a := newAttendant(func(context.Context) (net.Conn, error) {
		talks++
		near, far := net.Pipe()
		go func() { // reads, and breaks off
			_, _ = far.Read(make([]byte, 1<<10))
			_ = far.Close()
		}()
		return near, nil
	})
	g.Expect(a.ask(t.Context(), agent.ID{}, nil)).To(MatchError(ContainSubstring("waiting for the keeper's answer")))
	g.Expect(talks).To(Equal(1))
}

func TestALookIsRepeatedWhereTheTalkBreaksOff(t *testing.T) {
	g := NewWithT(t)
	l := &Lab{attendants: map[string]*attendant{"n": newAttendant(node("", kubelet("7"), `{"error":"no"}`))}}
	var unit agent.Unit
	g.Expect(l.look(t.Context(), "n", agent.Kubelet{}, &unit)).To(Succeed())
	g.Expect(unit.Processes).To(Equal([]int{7}))
	g.Expect(l.look(t.Context(), "n", agent.Kubelet{}, &unit)).To(MatchError(ContainSubstring("agent kubelet: no")), "an answer is final")
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	l.attendants["n"] = newAttendant(func(context.Context) (net.Conn, error) { return nil, errors.New("no way") })
	g.Expect(l.look(short, "n", agent.Kubelet{}, &unit)).To(MatchError(ContainSubstring("reaching the keeper: no way")))
}

func TestAQuestionIsGivenUpWithItsContext(t *testing.T) {
	g := NewWithT(t)
	why := errors.New("no time left")
	silent := newAttendant(func(context.Context) (net.Conn, error) {
		near, far := net.Pipe()
		go func() { _, _ = io.Copy(io.Discard, far) }()
		return near, nil
	})
	deaf := newAttendant(func(context.Context) (net.Conn, error) { near, _ := net.Pipe(); return near, nil })
	busy := newAttendant(nil)
	<-busy.turn
	for name, a := range map[string]*attendant{"no answer": silent, "no reader": deaf, "others are first": busy} {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(why)
		g.Expect(a.ask(ctx, agent.ID{}, nil)).To(MatchError(why), name)
	}
}

func TestAKeeperThatCannotBeReachedIsSaid(t *testing.T) {
	a := newAttendant(func(context.Context) (net.Conn, error) { return nil, errors.New("no route") })
	g := NewWithT(t)
	for range 2 { // the turn is given back
		g.Expect(a.ask(t.Context(), agent.ID{}, nil)).To(MatchError("reaching the keeper: no route"))
	}
}

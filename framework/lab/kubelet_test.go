package lab

import (
	"bufio"
	"context"
	"net"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

// node stands in for a keeper on a node: each line that it reads is answered by the next of these; an empty one breaks the
// talk off.
func node(answers ...string) func(context.Context) (net.Conn, error) {
	return func(context.Context) (net.Conn, error) {
		near, far := net.Pipe()
		go func() {
			defer far.Close()
			for questions := bufio.NewScanner(far); len(answers) > 0 && questions.Scan(); {
				answer := answers[0]
				if len(answers) > 1 {
					answers = answers[1:]
				}
				if answer == "" {
					return
				}
				if _, err := far.Write([]byte(answer + "\n")); err != nil {
					return
				}
			}
		}()
		return near, nil
	}
}

func kubelet(pids string) string { return `{"answer":{"processes":[` + pids + `]}}` }

func restarting(t *testing.T, answers ...string) (timeline string) {
	t.Helper()
	_, claim := journalled(t)
	b := claim.b
	b.lab.cfg.Budgets.Data, b.lab.cfg.Budgets.Retry = time.Minute, 100*time.Millisecond
	b.lab.attendants = map[string]*attendant{"n": newAttendant(node(answers...))}
	ended(func() { b.RestartKubelet(t.Context(), Node{Name: "n"}) })
	return b.Timeline()
}

func TestAKubeletIsBackWhenAnotherProcessRuns(t *testing.T) {
	g := NewWithT(t)
	g.Expect(restarting(t, kubelet("7"), "", kubelet("8"))).To(And(ContainSubstring("killed the kubelet of n"), ContainSubstring("answers again")), "the answer to the kill is lost")
	g.Expect(restarting(t, kubelet("7"), kubelet("7"), kubelet("7"))).To(ContainSubstring("systemd has not started it again within 100ms"))
	g.Expect(restarting(t, kubelet("7"), kubelet("7"), kubelet(""))).To(ContainSubstring("systemd has not started it again within 100ms"))
	g.Expect(restarting(t, kubelet(""))).To(ContainSubstring("nothing to judge: the kubelet of node n is not run by systemd as kubelet.service"))
	g.Expect(restarting(t, `{"error":"no"}`)).To(ContainSubstring("blocked: looking for the kubelet"))
}

package agent_test

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"csicert/framework/agent"
)

// served asks one agent one request after the other, each when the one before was answered.
func served(t *testing.T, questions ...[]string) []agent.Served {
	t.Helper()
	g := NewWithT(t)
	in, ask := io.Pipe()
	answers, out := io.Pipe()
	code := make(chan int, 1)
	var stderr strings.Builder
	go func() { code <- agent.Run(t.Context(), agent.Serve{}.Args(), in, out, &stderr) }()
	decoder := json.NewDecoder(answers)
	var all []agent.Served
	for _, q := range questions {
		g.Expect(json.NewEncoder(ask).Encode(q)).To(Succeed())
		var s agent.Served
		g.Expect(decoder.Decode(&s)).To(Succeed())
		all = append(all, s)
	}
	g.Expect(ask.Close()).To(Succeed())
	g.Expect(<-code).To(Equal(agent.ExitOK), stderr.String())
	return all
}

func TestServeAnswersEachRequestAndOutlivesAFailure(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	all := served(t,
		agent.Mkdir{Under: dir, Name: "a", Mode: 0o755}.Args(),
		agent.Mkdir{Under: dir, Name: "a", Mode: 0o755}.Args(),
		agent.List{Under: dir}.Args(),
		agent.Rmtree{Under: dir, Name: "a"}.Args(),
	)
	g.Expect(all[0]).To(Equal(agent.Served{}))
	g.Expect(all[1].Error).To(ContainSubstring("file exists"))
	g.Expect(all[2]).To(Equal(agent.Served{Answer: json.RawMessage(`{"names":["a"]}`)}))
	g.Expect(all[3]).To(Equal(agent.Served{}))
	_, err := os.Stat(filepath.Join(dir, "a"))
	g.Expect(err).To(MatchError(os.ErrNotExist))
}

func TestServeRefusesWhatNeedsTheStreamsItself(t *testing.T) {
	g := NewWithT(t)
	for _, s := range served(t, agent.Serve{}.Args(), agent.Hold{}.Args(), agent.Put{Name: "n", Dir: "/d"}.Args(), agent.Get{Name: "n", Dir: "/d"}.Args()) {
		g.Expect(s.Error).To(HavePrefix("verb served: found "))
	}
	g.Expect(served(t, nil)[0].Error).To(HavePrefix("verb: found none"))
}

func TestServeEndsOnWhatIsNoRequest(t *testing.T) {
	_, stderr, code := call(t, agent.Serve{}, `["list","-under=/"] rubbish`)
	g := NewWithT(t)
	g.Expect(code).To(Equal(agent.ExitFailed))
	g.Expect(stderr).To(ContainSubstring("reading the next request"))
}

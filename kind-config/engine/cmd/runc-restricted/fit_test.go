package main

import (
	"testing"

	. "github.com/onsi/gomega"

	"csicert/kind-config/engine/capability"
)

func confined() limits {
	return limits{
		Missing: []string{capability.SysResource},
		Hard: func(name string) (uint64, bool) {
			return 20000, name == "RLIMIT_NOFILE"
		},
	}
}

func TestFit(t *testing.T) {
	for name, c := range map[string]struct {
		kind          specKind
		host          limits
		before, after string
	}{
		"all five sets lose it": {container, confined(),
			`{"process":{"capabilities":{"bounding":["CAP_CHOWN","CAP_SYS_RESOURCE"],"effective":["CAP_SYS_RESOURCE"],
			  "inheritable":["CAP_SYS_RESOURCE","CAP_KILL"],"permitted":["CAP_SYS_RESOURCE"],"ambient":["CAP_SYS_RESOURCE"]}}}`,
			`{"process":{"capabilities":{"bounding":["CAP_CHOWN"],"effective":[],"inheritable":["CAP_KILL"],"permitted":[],"ambient":[]}}}`},
		"a process file is the process itself": {process, confined(),
			`{"args":["x"],"capabilities":{"bounding":["CAP_SYS_RESOURCE","CAP_KILL"]},"oomScoreAdj":-998}`,
			`{"args":["x"],"capabilities":{"bounding":["CAP_KILL"]}}`},
		"a score that is not negative stays": {container, confined(),
			`{"process":{"oomScoreAdj":100}}`, `{"process":{"oomScoreAdj":100}}`},
		"limits above the hard one are lowered": {container, confined(),
			`{"process":{"rlimits":[{"type":"RLIMIT_NOFILE","hard":1048576,"soft":1024},{"type":"RLIMIT_CORE","hard":18446744073709551615,"soft":18446744073709551615}]}}`,
			`{"process":{"rlimits":[{"type":"RLIMIT_NOFILE","hard":20000,"soft":1024},{"type":"RLIMIT_CORE","hard":18446744073709551615,"soft":18446744073709551615}]}}`},
		"a host that lacks something else keeps score and limits": {container,
			limits{Missing: []string{"CAP_BPF"}, Hard: confined().Hard},
			`{"process":{"capabilities":{"bounding":["CAP_BPF","CAP_SYS_RESOURCE"]},"oomScoreAdj":-1,"rlimits":[{"type":"RLIMIT_NOFILE","hard":1048576,"soft":1}]}}`,
			`{"process":{"capabilities":{"bounding":["CAP_SYS_RESOURCE"]},"oomScoreAdj":-1,"rlimits":[{"type":"RLIMIT_NOFILE","hard":1048576,"soft":1}]}}`},
		"no process": {container, confined(), `{"ociVersion":"1.0.2"}`, `{"ociVersion":"1.0.2"}`},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			got, err := fit([]byte(c.before), c.kind, c.host)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(got).To(MatchJSON(c.after))
		})
	}
}

// MatchJSON compares numbers as floats and cannot see an escaped character, so this one compares text.
func TestFitKeepsWhatItDoesNotKnowToTheDigit(t *testing.T) {
	g := NewWithT(t)
	spec := `{"linux":{"resources":{"memory":{"limit":9223372036854775807}},"x":[1.50,null,{"<&>":true}]},"process":{"future":1e3}}`
	got, err := fit([]byte(spec), container, confined())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(got)).To(Equal(spec + "\n"))
}

func TestFitRefusesWhatIsNoSpecification(t *testing.T) {
	for name, c := range map[string]struct{ spec, says string }{
		"not JSON":           {`{`, "reading a specification"},
		"two documents":      {`{}{}`, "something follows"},
		"process is no map":  {`{"process":3}`, `want an object`},
		"a limit below zero": {`{"process":{"rlimits":[{"type":"RLIMIT_NOFILE","hard":-1}]}}`, "hard limit of RLIMIT_NOFILE"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := fit([]byte(c.spec), container, confined())
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring(c.says)))
		})
	}
}

func TestSpecOf(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		path string
		kind specKind
	}{
		"as containerd calls create": {[]string{"--root", "/run/create", "--log", "/l", "--log-format", "json", "create", "--bundle", "/b", "--pid-file", "/p", "id"}, "/b/config.json", container},
		"joined flag":                {[]string{"--root=/r", "--systemd-cgroup", "run", "--bundle=/b", "id"}, "/b/config.json", container},
		"the bundle is here":         {[]string{"create", "id"}, "config.json", container},
		"as containerd calls exec":   {[]string{"--log", "/l", "exec", "--process", "/tmp/p", "--detach", "id"}, "/tmp/p", process},
		"exec of words":              {[]string{"exec", "id", "sh"}, "", none},
		"another command":            {[]string{"--root", "/r", "delete", "--force", "id"}, "", none},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			path, kind := specOf(c.args)
			g.Expect(path).To(Equal(c.path))
			g.Expect(kind).To(Equal(c.kind))
		})
	}
}

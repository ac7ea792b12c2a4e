package document

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	. "github.com/onsi/gomega"
)

type example struct {
	Name   string            `json:"name"`
	Count  int               `json:"count"`
	On     bool              `json:"on"`
	List   []string          `json:"list"`
	Words  map[string]string `json:"words"`
	Inner  *inner            `json:"inner"`
	Any    any               `json:"any"`
	Hidden string            `json:"-"`
}

type inner struct{ Deep []inner }

func TestWhatIsNoDocument(t *testing.T) {
	for name, c := range map[string]struct {
		raw  string
		want Fault
	}{
		"empty":         {"", Fault{"", 1, "an empty file", "one YAML document with keys"}},
		"comments only": {"# nothing\n", Fault{"", 1, "an empty file", "one YAML document with keys"}},
		"a null":        {"---\n~\n", Fault{"", 1, "an empty file", "one YAML document with keys"}},
		"a zero byte":   {"name: a\nx\x00y", Fault{"", 2, "a binary file", "one YAML document with keys, in UTF-8"}},
		"no UTF-8":      {"a: b\nc: d\n\xff\xfe", Fault{"", 3, "a binary file", "one YAML document with keys, in UTF-8"}},
		"a list":        {"- a\n", Fault{"", 1, "a list", "one YAML document with keys"}},
		"a text":        {"hello\n", Fault{"", 1, `the text "hello"`, "one YAML document with keys"}},
		"two documents": {"a: b\n---\nc: d\n", Fault{"", 2, "a second document", "one YAML document with keys"}},
		"too large":     {strings.Repeat("a", MaxSize+1), Fault{"", 0, "more than 1 MiB", "a YAML document of at most 1 MiB"}},
		"a key twice":   {"inner:\n  a: b\n  a: c\n", Fault{"inner.a", 3, "the key a second time, after line 2", "each key once"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, faults := Parse([]byte(c.raw))
			NewWithT(t).Expect(faults).To(Equal([]Fault{c.want}))
		})
	}
	_, faults := Parse([]byte("name: a\n  list: b\n"))
	g := NewWithT(t)
	g.Expect(faults).To(HaveLen(1))
	g.Expect(faults[0].Line).To(BeNumerically(">", 0))
	g.Expect(faults[0].Found).To(HavePrefix("no YAML: "))
	_, faults = Parse([]byte("name: a\n---\n{"))
	g.Expect(faults).To(HaveLen(1))
	g.Expect(faults[0].Found).To(HavePrefix("no YAML: "))
}

func TestEverythingIsSaidAtOnce(t *testing.T) {
	g := NewWithT(t)
	d, faults := Parse([]byte("nmae: x\ncount: many\non: 1\nlist:\n- 3\nwords: {a: [b]}\ninner:\n  Deep:\n  - deep: 1\nany: {x: 1}\n"))
	g.Expect(faults).To(BeEmpty())
	faults, unknown := d.Check(reflect.TypeFor[example]())
	g.Expect(faults).To(Equal([]Fault{
		{"count", 2, `the text "many"`, "a whole number"},
		{"on", 3, "the number 1", "true or false"},
		{"list[0]", 5, "the number 3", "a text"},
		{"words.a", 6, "a list", "a text"},
	}))
	g.Expect(unknown).To(Equal([]Fault{
		{"nmae", 1, "an unknown key (did you mean name?)", "name, count, on, list, words, inner, any"},
		{"inner.Deep[0].deep", 9, "an unknown key (did you mean Deep?)", "Deep"},
	}))
	g.Expect(d.Line("inner.Deep[0].deep.x")).To(Equal(9))
	g.Expect(d.Line("nowhere.at.all")).To(Equal(1))
	g.Expect(d.Has("inner.Deep")).To(BeTrue())
	g.Expect(d.Has("inner.Shallow")).To(BeFalse())
}

func TestAliasesAreFollowedToAnEnd(t *testing.T) {
	g := NewWithT(t)
	d, faults := Parse([]byte("any: &a [x, 3]\nlist: *a\n"))
	g.Expect(faults).To(BeEmpty())
	faults, _ = d.Check(reflect.TypeFor[example]())
	g.Expect(faults).To(Equal([]Fault{{"list[1]", 1, "the number 3", "a text"}}))

	bomb := "x0: &a0 {}\n"
	for i := range 9 {
		bomb += fmt.Sprintf("x%d: &a%d {Deep: [%s]}\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 10))
	}
	d, faults = Parse([]byte(bomb + "inner: *a9\n"))
	g.Expect(faults).To(BeEmpty())
	faults, _ = d.Check(reflect.TypeFor[example]())
	g.Expect(faults).To(ContainElement(HaveField("Found", "aliases that unfold to more than 100000 values")))
}

func TestFilesAreReadUpToALimit(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "file.yaml")
	_, fault := Read(file)
	g.Expect(fault).To(HaveValue(Equal(Fault{"", 0, "no such file or directory", "the path of a YAML file"})))
	_, fault = Read(filepath.Dir(file))
	g.Expect(fault).To(HaveValue(HaveField("Found", "is a directory")))
	g.Expect(os.WriteFile(file, make([]byte, 10<<20), 0o600)).To(Succeed())
	_, fault = Read(file)
	g.Expect(fault).To(HaveValue(HaveField("Found", "more than 1 MiB")))
	g.Expect(os.WriteFile(file, []byte("a: b"), 0o600)).To(Succeed())
	raw, fault := Read(file)
	g.Expect(fault).To(BeNil())
	g.Expect(string(raw)).To(Equal("a: b"))
}

func TestNearestIsASlipOfThePen(t *testing.T) {
	known := []string{"topology", "snapshots", "clones"}
	for word, want := range map[string]string{"topolgy": "topology", "Snapshots": "snapshots", "cloens": "clones", "expansion": "", "": "", strings.Repeat("x", 200): ""} {
		NewWithT(t).Expect(Nearest(word, known)).To(Equal(want), word)
	}
}

func TestAPipeThatNobodyWritesToIsEmpty(t *testing.T) {
	g := NewWithT(t)
	pipe := filepath.Join(t.TempDir(), "pipe")
	g.Expect(syscall.Mkfifo(pipe, 0o600)).To(Succeed())
	raw, fault := Read(pipe)
	g.Expect(fault).To(BeNil())
	_, faults := Parse(raw)
	g.Expect(faults).To(Equal([]Fault{{Line: 1, Found: "an empty file", Accepted: "one YAML document with keys"}}))
}

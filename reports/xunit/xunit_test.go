package xunit_test

import (
	"bytes"
	"encoding/xml"
	"math"
	"testing"

	. "github.com/onsi/gomega"

	"csicert/reports/xunit"
)

func TestEveryTextIsMadePlain(t *testing.T) {
	g := NewWithT(t)
	const dirty = "a\x1b[31mb\x00c]]>d"
	p := &xunit.Properties{}
	p.Add("fact", dirty)
	p.Add("nothing", "")
	message := func() *xunit.Message { return &xunit.Message{Message: dirty, Text: dirty} }
	document := xunit.Document{Suites: []xunit.Suite{{Cases: []xunit.Case{
		{Name: dirty, Failure: message(), Properties: p}, {Error: message()}, {Skipped: message()}, {Out: &xunit.Text{Text: dirty}}}}}}
	var out bytes.Buffer
	g.Expect(xunit.Encode(&out, document)).To(Succeed())
	g.Expect(out.String()).NotTo(ContainSubstring("[31m"))
	g.Expect(out.String()).NotTo(ContainSubstring("\uFFFD"), "the encoder's stand-in for what XML cannot hold")
	g.Expect(out.String()).NotTo(ContainSubstring(`name="nothing"`))
	var read struct {
		Failure string `xml:"testsuite>testcase>failure"`
	}
	g.Expect(xml.Unmarshal(out.Bytes(), &read)).To(Succeed())
	g.Expect(read.Failure).To(Equal("abc]]>d"))
	g.Expect(document.Suites[0].Cases[0].Name).To(Equal(dirty), "the caller's document is left alone")
}

func TestTimeThatIsNoNumber(t *testing.T) {
	err := xunit.Encode(&bytes.Buffer{}, xunit.Document{Suites: []xunit.Suite{{Cases: []xunit.Case{{Time: xunit.Seconds(math.NaN())}}}}})
	NewWithT(t).Expect(err).To(MatchError(ContainSubstring("time: found NaN, accepted is a finite number")))
}

func TestTotalsAreThoseOfTheCases(t *testing.T) {
	g := NewWithT(t)
	bad := &xunit.Message{Message: "x"}
	document := xunit.Document{Suites: []xunit.Suite{
		{Cases: []xunit.Case{{Time: 1}, {Time: 2, Failure: bad}, {Error: bad}}},
		{Cases: []xunit.Case{{Error: bad}, {Skipped: bad, Time: 0.5}}}}}
	var out bytes.Buffer
	g.Expect(xunit.Encode(&out, document)).To(Succeed())
	type totals struct {
		Tests    int     `xml:"tests,attr"`
		Failures int     `xml:"failures,attr"`
		Errors   int     `xml:"errors,attr"`
		Skipped  int     `xml:"skipped,attr"`
		Time     float64 `xml:"time,attr"`
	}
	var read struct {
		totals
		Suites []totals `xml:"testsuite"`
	}
	g.Expect(xml.Unmarshal(out.Bytes(), &read)).To(Succeed())
	g.Expect(read.totals).To(Equal(totals{Tests: 5, Failures: 1, Errors: 2, Skipped: 1, Time: 3.5}))
	g.Expect(read.Suites).To(Equal([]totals{{Tests: 3, Failures: 1, Errors: 1, Time: 3}, {Tests: 2, Errors: 1, Skipped: 1, Time: 0.5}}))
}

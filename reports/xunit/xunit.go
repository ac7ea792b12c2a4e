// Package xunit exists because the JUnit XML that CI systems read has properties on each case, which Ginkgo's own
// writer has not, and because that writer drops the encoder's errors. It knows the format and nothing of verdicts.
package xunit

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"time"

	"csicert/reports/verdict"
)

// Document is the root. Encode fills in the totals of the whole and of each suite.
type Document struct {
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	totals
	Suites []Suite `xml:"testsuite"`
}

// Suite is a group of cases.
type Suite struct {
	Name string `xml:"name,attr"`
	totals
	Timestamp  string      `xml:"timestamp,attr,omitempty"` // as Time writes it
	Properties *Properties `xml:"properties"`
	Cases      []Case      `xml:"testcase"`
}

type totals struct {
	Tests    int     `xml:"tests,attr"`
	Failures int     `xml:"failures,attr"`
	Errors   int     `xml:"errors,attr"`
	Skipped  int     `xml:"skipped,attr"`
	Time     Seconds `xml:"time,attr"`
}

// Case is one requirement. At most one of Failure, Error and Skipped is set.
type Case struct {
	Name       string      `xml:"name,attr"`
	Class      string      `xml:"classname,attr"`
	File       string      `xml:"file,attr,omitempty"`
	Time       Seconds     `xml:"time,attr"`
	Properties *Properties `xml:"properties"`
	Skipped    *Message    `xml:"skipped"`
	Failure    *Message    `xml:"failure"`
	Error      *Message    `xml:"error"`
	Out        *Text       `xml:"system-out"`
}

// Message is why a case did not pass.
type Message struct {
	Message string `xml:"message,attr"` // one short line
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",cdata"` // character data would have every line feed escaped
}

// Text is an element that holds nothing else.
type Text struct {
	Text string `xml:",cdata"`
}

// Properties are facts, in the order in which they were added.
type Properties struct {
	List []Property `xml:"property"`
}

// Property is one fact.
type Property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

// Add leaves a fact out whose value is empty.
func (p *Properties) Add(name, value string) {
	if value != "" {
		p.List = append(p.List, Property{name, verdict.Plain(value)})
	}
}

// Seconds are written with three decimals.
type Seconds float64

// MarshalText writes the seconds as JUnit readers expect them; what is no number has no such form.
func (s Seconds) MarshalText() ([]byte, error) {
	if math.IsNaN(float64(s)) || math.IsInf(float64(s), 0) {
		return nil, fmt.Errorf("time: found %v, accepted is a finite number of seconds", float64(s))
	}
	return fmt.Appendf(nil, "%.3f", float64(s)), nil
}

// Time is a timestamp as the format wants it: UTC, with no zone.
func Time(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }

// Encode writes the document, its totals added up and its texts made plain.
func Encode(w io.Writer, d Document) error {
	d.totals = totals{}
	suites := make([]Suite, len(d.Suites))
	for i, suite := range d.Suites {
		suite.totals = totals{}
		suite.Cases = append([]Case(nil), suite.Cases...)
		for j := range suite.Cases {
			suite.Cases[j] = plain(suite.Cases[j])
			suite.count(suite.Cases[j])
		}
		d.sum(suite.totals)
		suites[i] = suite
	}
	d.Suites = suites
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("writing JUnit XML: %w", err)
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(d); err != nil {
		return fmt.Errorf("encoding JUnit XML: %w", err)
	}
	if err := encoder.Close(); err != nil {
		return fmt.Errorf("encoding JUnit XML: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("writing JUnit XML: %w", err)
	}
	return nil
}

func (t *totals) count(c Case) {
	one := totals{Tests: 1, Time: c.Time}
	switch {
	case c.Failure != nil:
		one.Failures = 1
	case c.Error != nil:
		one.Errors = 1
	case c.Skipped != nil:
		one.Skipped = 1
	}
	t.sum(one)
}

func (t *totals) sum(other totals) {
	t.Tests += other.Tests
	t.Failures += other.Failures
	t.Errors += other.Errors
	t.Skipped += other.Skipped
	t.Time += other.Time
}

func plain(c Case) Case {
	c.Name = verdict.Plain(c.Name)
	if c.Out != nil {
		c.Out = &Text{verdict.Plain(c.Out.Text)}
	}
	for _, message := range []**Message{&c.Skipped, &c.Failure, &c.Error} {
		if *message != nil {
			m := **message
			m.Message, m.Text = verdict.Plain(m.Message), verdict.Plain(m.Text)
			*message = &m
		}
	}
	return c
}

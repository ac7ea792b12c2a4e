package html

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"csicert/framework/trace"
	"csicert/reports/calls"
	"csicert/reports/verdict"
)

// px is a length in the units of an SVG's view box.
type px float64

// String leaves out what no screen shows.
func (p px) String() string { return strconv.FormatFloat(math.Round(float64(p)*10)/10, 'f', -1, 64) }

// chart is the time line of one spec: what it did, its objects, and the CSI calls that the evidence tells of.
type chart struct {
	Width, Height, Left, Bottom px
	Ticks                       []tick
	Rows                        []row
	List                        []moment // the same as words
	Dropped                     int      // rows that are not drawn
}

type tick struct {
	X     px
	Label string
}

type row struct {
	Y      px // of the text's base line
	Label  string
	Bars   []bar
	Points []bar
}

// bar is a stretch of time.
type bar struct {
	X, Y, W, TextX px
	Class          string
	Text           string // beside the title, where there is room
	Title          string
}

type moment struct {
	At   float64
	What string
}

const (
	chartWidth  = 1100
	chartLeft   = 250
	rowHeight   = 24
	barHeight   = 14
	letter      = 6.2 // width of a letter of a chart's text
	mostRows    = 80
	labelLength = 32 // letters that fit left of the chart
)

// chartOf is nil where the record tells nothing that could be drawn.
func chartOf(r verdict.Result) *chart {
	lines := saidBy(r.Timeline)
	made := calls.Of(r.Evidence, r.Started, r.Started.Add(time.Duration(r.Seconds*float64(time.Second))+time.Second))
	began := r.Started
	var objects []trace.Object
	if r.Trace != nil {
		objects, began = r.Trace.Objects, r.Trace.Began
	}
	if len(lines)+len(made)+len(objects) == 0 {
		return nil
	}
	end := 0.1
	for _, l := range lines {
		end = max(end, l.At)
	}
	for _, o := range objects {
		for _, s := range o.States {
			end = max(end, s.At)
		}
	}
	for _, c := range made {
		end = max(end, c.Ended.Sub(began).Seconds())
	}
	if !r.Failed.IsZero() { // it may have waited long for what never came
		lines = append(lines, moment{max(r.Failed.Sub(began).Seconds(), 0), "the spec ended: " + r.Status.String()})
		end = max(end, lines[len(lines)-1].At)
	}
	c := &chart{Width: chartWidth, Left: chartLeft, List: lines}
	at := func(s float64) px { return px(chartLeft + max(s, 0)/end*(chartWidth-chartLeft-28)) }
	c.spec(lines, at)
	for _, o := range objects {
		c.object(o, at, end)
	}
	for _, call := range made {
		c.call(call, began, at)
	}
	c.Dropped = max(len(c.Rows)-mostRows, 0)
	c.Rows = c.Rows[:len(c.Rows)-c.Dropped]
	c.Bottom = px(len(c.Rows)*rowHeight + 8)
	c.Height = c.Bottom + 22
	for _, s := range steps(end) {
		c.Ticks = append(c.Ticks, tick{at(s), strconv.FormatFloat(s, 'f', -1, 64) + " s"})
	}
	slices.SortStableFunc(c.List, func(a, b moment) int { return cmp.Compare(a.At, b.At) })
	return c
}

func (c *chart) row(label string) *row {
	c.Rows = append(c.Rows, row{Y: px(len(c.Rows)*rowHeight + 18), Label: shorten(plain(label))})
	return &c.Rows[len(c.Rows)-1]
}

// spec draws what the spec itself did and saw, as points.
func (c *chart) spec(lines []moment, at func(float64) px) {
	if len(lines) == 0 {
		return
	}
	r := c.row("the spec")
	for _, l := range lines {
		r.Points = append(r.Points, bar{X: at(l.At), Y: r.Y - 4, Class: "said", Title: fmt.Sprintf("%.2f s: %s", l.At, l.What)})
	}
}

// object draws an object from its creation on, in the colour of the state that it had.
func (c *chart) object(o trace.Object, at func(float64) px, end float64) {
	r := c.row(o.Kind + " " + o.Name)
	for i, s := range o.States {
		where := ""
		if s.What == trace.Scheduled {
			where = " on " + plain(o.Node)
		}
		what := plain(s.What)
		c.List = append(c.List, moment{s.At, fmt.Sprintf("%s: %s%s", plain(o.Kind+" "+o.Name), what, where)})
		if s.What == trace.Gone {
			continue
		}
		until := end
		if i+1 < len(o.States) {
			until = o.States[i+1].At
		}
		r.Bars = append(r.Bars, barOf(r, at(s.At), at(until), stateClass(s.What), what, fmt.Sprintf("%s%s, from %.2f s to %.2f s", what, where, s.At, until)))
	}
}

func (c *chart) call(call calls.Call, began time.Time, at func(float64) px) {
	from, to := call.Began.Sub(began).Seconds(), call.Ended.Sub(began).Seconds()
	by, _, _ := strings.Cut(call.By, " ")
	r := c.row(call.Method + " · " + by)
	class, answer := "call", cmp.Or(call.Code, "called")
	if call.Code != "" && call.Code != "OK" {
		class = "call-failed"
	}
	what := plain(fmt.Sprintf("CSI %s %s (%s): %s", call.Service, call.Method, call.By, strings.TrimSpace(answer+" "+call.Error)))
	c.List = append(c.List, moment{from, what})
	r.Bars = append(r.Bars, barOf(r, at(from), max(at(to), at(from)+3), class, plain(answer), fmt.Sprintf("%s, from %.2f s to %.2f s", what, from, to)))
}

func barOf(r *row, from, to px, class, text, title string) bar {
	b := bar{X: from, Y: r.Y - 11, W: max(to-from, 1), TextX: from + 4, Class: class, Title: title}
	if float64(utf8.RuneCountInString(text))*letter+8 < float64(b.W) {
		b.Text = text
	}
	return b
}

func stateClass(what string) string {
	switch what {
	case trace.Created, trace.Selected, trace.Scheduled:
		return "waiting"
	case trace.Bound, trace.Running, trace.Ready:
		return "there"
	case trace.Ending:
		return "ending"
	case "Failed", "Lost":
		return "lost"
	}
	return "other"
}

// saidBy takes the lines of a time line apart: seconds, "s", words.
func saidBy(timeline string) (all []moment) {
	for line := range strings.SplitSeq(timeline, "\n") {
		number, what, found := strings.Cut(strings.TrimSpace(line), "s ")
		if at, err := strconv.ParseFloat(number, 64); found && err == nil && at >= 0 && !math.IsInf(at, 0) {
			all = append(all, moment{at, plain(what)})
		}
	}
	return all
}

// steps are round numbers from 0 to the end, five to ten of them.
func steps(end float64) (all []float64) {
	step := math.Pow(10, math.Floor(math.Log10(end)))
	for _, part := range []float64{1, 0.5, 0.2} {
		if end/(step*part) >= 5 || part == 0.2 {
			step *= part
			break
		}
	}
	for i := 0; float64(i)*step <= end; i++ {
		all = append(all, math.Round(float64(i)*step*1000)/1000)
	}
	return all
}

func shorten(text string) string {
	if runes := []rune(text); len(runes) > labelLength {
		return string(runes[:labelLength/2-1]) + "…" + string(runes[len(runes)-labelLength/2:])
	}
	return text
}

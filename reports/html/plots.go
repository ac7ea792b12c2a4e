package html

import (
	"fmt"
	"math"
	"strconv"

	"csicert/reports/latency"
)

// plots are distributions over one logarithmic axis.
type plots struct {
	Width, Height, Left, Bottom px
	Ticks                       []tick
	Rows                        []plot
}

type plot struct {
	Name                                string
	Number                              int
	Y                                   px // of the middle
	Box, BoxW, Median                   px
	Dots                                []dot
	Least, Middle, Ninth, Most, Slowest string
}

const (
	plotHeight = 64
	plotSpread = 17 // how far dots stand from the middle, so that they do not hide each other
	leastTime  = 0.01
)

func plotsOf(all []latency.Distribution) *plots {
	if len(all) == 0 {
		return nil
	}
	least, most := math.Inf(1), 0.0
	for _, d := range all {
		least, most = min(least, d.Quantile(0)), max(most, d.Slowest().Seconds)
	}
	from, to := math.Floor(math.Log10(max(least, leastTime))), math.Ceil(math.Log10(max(most, 10*leastTime)))
	if from == to {
		to++
	}
	p := &plots{Width: chartWidth, Left: chartLeft - 80, Bottom: px(len(all)*plotHeight + 4)}
	p.Height = p.Bottom + 22
	at := func(s float64) px {
		return p.Left + px((math.Log10(max(s, leastTime, math.Pow(10, from)))-from)/(to-from))*(chartWidth-p.Left-30)
	}
	for e := from; e <= to; e++ {
		for _, factor := range []float64{1, 2, 5} {
			if s := factor * math.Pow(10, e); e < to || factor == 1 {
				p.Ticks = append(p.Ticks, tick{at(s), strconv.FormatFloat(s, 'g', 3, 64) + " s"})
			}
		}
	}
	for i, d := range all {
		p.Rows = append(p.Rows, plotOf(d, px(i*plotHeight+plotHeight/2), at))
	}
	return p
}

func plotOf(d latency.Distribution, y px, at func(float64) px) plot {
	slowest := d.Slowest()
	r := plot{Name: string(d.Latency), Number: len(d.Samples), Y: y, Box: at(d.Quantile(0.25)), Median: at(d.Quantile(0.5)),
		Least: seconds(d.Quantile(0)), Middle: seconds(d.Quantile(0.5)), Ninth: seconds(d.Quantile(0.9)), Most: seconds(slowest.Seconds), Slowest: string(slowest.Requirement)}
	r.BoxW = max(at(d.Quantile(0.75))-r.Box, 2)
	for i, s := range d.Samples {
		off := float64(i*7%13)/12*2 - 1 // spread evenly, and the same every time
		r.Dots = append(r.Dots, dot{X: at(s.Seconds), Y: y + px(off*plotSpread), Title: fmt.Sprintf("%s %s: %s", s.Requirement, plain(s.Object), seconds(s.Seconds))})
	}
	return r
}

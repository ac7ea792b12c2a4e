// Package calls exists so that the CSI calls in a failure's evidence can be drawn on one time axis with the spec's
// objects: it reads them out of the lines that the driver's containers logged.
package calls

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Call is one CSI call that a container logged.
type Call struct {
	Began, Ended time.Time // equal where the log does not tell how long it took
	Service      string    // Controller, Node, Identity
	Method       string    // CreateVolume
	Code         string    // of gRPC; empty where the log does not tell
	Error        string
	By           string // the section of the evidence without its words: "driver of controller-0 on worker"
}

// Of reads the calls that ended from one moment to another, in the order of their beginning. Lines of other forms are
// no calls: evidence holds objects and words, too. The forms are the bundled driver's (a JSON object a line, with time,
// method, code and ms) and klog's with "GRPC call" in it, as Kubernetes' sidecars and drivers write it.
func Of(evidence string, from, to time.Time) []Call {
	var all []Call
	section := ""
	for line := range strings.SplitSeq(evidence, "\n") {
		if head, ok := strings.CutPrefix(line, "== "); ok {
			section, _, _ = strings.Cut(strings.TrimPrefix(strings.TrimSuffix(head, " =="), "what "), " said of it")
			continue
		}
		call, ok := ofJSON(line)
		if !ok {
			call, ok = ofKlog(line, from)
		}
		if ok && !call.Ended.Before(from) && !call.Ended.After(to) {
			call.By = section
			all = append(all, call)
		}
	}
	slices.SortStableFunc(all, func(a, b Call) int { return a.Began.Compare(b.Began) })
	return all
}

func ofJSON(line string) (Call, bool) {
	if !strings.HasPrefix(line, "{") {
		return Call{}, false
	}
	var logged struct {
		Time   time.Time `json:"time"`
		Method string    `json:"method"`
		Code   string    `json:"code"`
		MS     int64     `json:"ms"`
		Error  string    `json:"error"`
	}
	if err := json.Unmarshal([]byte(line), &logged); err != nil || logged.Time.IsZero() {
		return Call{}, false
	}
	service, method, ok := split(logged.Method)
	return Call{Began: logged.Time.Add(-time.Duration(logged.MS) * time.Millisecond), Ended: logged.Time,
		Service: service, Method: method, Code: logged.Code, Error: logged.Error}, ok
}

var klogLine = regexp.MustCompile(`^[IWE](\d\d)(\d\d) (\d\d:\d\d:\d\d\.\d+) .*GRPC call.*?(/csi\.v1\.\w+/\w+)`)

// ofKlog needs a moment near the line's, whose year the line leaves out. Its clock is taken to be UTC's, as a node's is.
func ofKlog(line string, near time.Time) (Call, bool) {
	parts := klogLine.FindStringSubmatch(line)
	if parts == nil {
		return Call{}, false
	}
	at, err := time.Parse("2006-01-02 15:04:05.999999999", strconv.Itoa(near.UTC().Year())+"-"+parts[1]+"-"+parts[2]+" "+parts[3])
	if err != nil {
		return Call{}, false
	}
	if near.Sub(at) > 180*24*time.Hour { // the spec began before New Year, and the line was written after it
		at = at.AddDate(1, 0, 0)
	}
	service, method, ok := split(parts[4])
	return Call{Began: at, Ended: at, Service: service, Method: method}, ok
}

func split(full string) (service, method string, ok bool) {
	rest, ok := strings.CutPrefix(full, "/csi.v1.")
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, "/")
}

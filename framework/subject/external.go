package subject

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"

	"csicert/framework/catalogue"
	"csicert/framework/document"
)

// isExternal recognises Kubernetes' format by what it has.
func isExternal(places *document.Document) bool {
	if places.Has("apiVersion") || places.Has("kind") {
		return false
	}
	return slices.ContainsFunc([]string{"DriverInfo", "ShortName", "StorageClass", "SnapshotClass"}, places.Has)
}

// reader turns a file of Kubernetes' format into a definition.
type reader struct {
	from   external
	places *document.Document
	file   string
	d      *Driver
	wrong  []Invalid
}

func parseExternal(raw []byte, file string, places *document.Document) (*Driver, error) {
	faults, unknown := places.Check(reflect.TypeFor[external]())
	r := reader{places: places, file: file, d: &Driver{APIVersion: APIVersion, Kind: Kind, file: file, places: places, external: true}}
	for _, u := range unknown {
		if strings.HasPrefix(u.Path, "csicert.") { // csicert's own: strict
			faults = append(faults, u)
			continue
		}
		r.remark(u.Path, true, u.Found+"; Kubernetes' storage suite ignores it")
	}
	if len(faults) > 0 {
		return nil, joined(of(faults), file, places)
	}
	// The unknown keys were told; nothing else can be wrong with what the check let pass.
	if err := decodeLoosely(raw, &r.from); err != nil {
		return nil, joined([]Invalid{*err}, file, places)
	}
	r.d.Name = r.from.DriverInfo.Name
	for _, step := range []func(){r.capabilities, r.topology, r.classes, r.size, r.times, r.further, r.notes} {
		step()
	}
	for _, w := range r.d.check() {
		w.cause = r.d.called(w.cause)
		w.Field = r.d.called(w.Field)
		if w.Field == "SnapshotClass" {
			w.Accepted = "FromName: true, FromExistingClassName or FromFile"
		}
		r.wrong = append(r.wrong, w)
	}
	slices.SortStableFunc(r.d.Remarks, func(a, b Remark) int { return cmp.Compare(a.Line, b.Line) })
	return r.d, joined(r.wrong, file, places)
}

func (r *reader) remark(field string, warning bool, text string) {
	r.d.Remarks = append(r.d.Remarks, Remark{Field: field, Line: r.places.Line(field), Warning: warning, Text: text})
}

func (r *reader) fault(field, found, accepted string) {
	r.wrong = append(r.wrong, wrong(field, found, accepted))
}

func (r *reader) capabilities() {
	has := maps.Clone(r.from.DriverInfo.Capabilities)
	if online, said := has["onlineExpansion"]; has["controllerExpansion"] && said && !online {
		delete(has, "controllerExpansion") // only volumes that no pod uses grow
		r.remark(capabilityKey("controllerExpansion"), false, "not claimed, for onlineExpansion is false: csicert's capability expansion is of claims that a pod uses")
	}
	delete(has, "onlineExpansion") // told with controllerExpansion
	var known []string
	for _, c := range externalCapabilities() {
		known = append(known, c.name)
		if has[c.name] && c.becomes != "" {
			r.d.Capabilities = append(r.d.Capabilities, c.becomes)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(has)) {
		if !slices.Contains(known, name) {
			r.remark(capabilityKey(name), true, "an unknown capability"+document.DidYouMean(name, known)+"; Kubernetes' storage suite ignores it")
		}
	}
	for _, more := range r.from.Csicert.Capabilities {
		if c := catalogue.Capability(more); !slices.Contains(r.d.Capabilities, c) {
			r.d.Capabilities = append(r.d.Capabilities, c)
		}
	}
}

func (r *reader) topology() {
	keys := r.from.DriverInfo.TopologyKeys
	if slices.Contains(r.d.Capabilities, catalogue.Topology) {
		r.d.Topology = &Topology{Keys: keys, AlsoAllowed: r.from.Csicert.AlsoAllowed, Partial: r.from.Csicert.Partial}
		return
	}
	if len(keys) > 0 {
		r.remark("DriverInfo.TopologyKeys", false, "not used, for the capability topology is not claimed")
	}
	if len(r.from.Csicert.AlsoAllowed) > 0 {
		r.fault("csicert.alsoAllowed", fmt.Sprintf("%q, although the capability topology is not claimed", r.from.Csicert.AlsoAllowed), "topology: true among DriverInfo.Capabilities, or no alsoAllowed")
	}
	if r.from.Csicert.Partial != nil {
		r.fault("csicert.partial", "a class, although the capability topology is not claimed", "topology: true among DriverInfo.Capabilities, or no partial")
	}
}

// size is 1Gi, or the nearest that the driver allows.
func (r *reader) size() {
	const field = "DriverInfo.SupportedSizeRange"
	least, most := r.from.DriverInfo.SupportedSizeRange.Min, r.from.DriverInfo.SupportedSizeRange.Max
	if !r.places.Has(field + ".Min") {
		least = "5Gi" // the suite's own default
	}
	size := resource.MustParse("1Gi")
	var bounds [2]*resource.Quantity
	for i, b := range []struct{ key, text string }{{".Min", least}, {".Max", most}} {
		if b.text == "" {
			continue
		}
		q, err := resource.ParseQuantity(b.text)
		if err != nil || q.Sign() <= 0 {
			r.fault(field+b.key, quoted(b.text), "a quantity such as 1Gi")
			return
		}
		bounds[i] = &q
	}
	if bounds[0] != nil && size.Cmp(*bounds[0]) < 0 {
		size = *bounds[0]
	}
	if bounds[1] != nil && size.Cmp(*bounds[1]) > 0 {
		if bounds[0] != nil && bounds[1].Cmp(*bounds[0]) < 0 {
			r.fault(field+".Max", quoted(most), "a quantity of at least Min, which is "+least)
			return
		}
		size = *bounds[1]
	}
	r.d.VolumeSize = size.String()
}

func (r *reader) times() {
	budgets := map[string]time.Duration{}
	for _, key := range slices.Sorted(maps.Keys(r.from.Timeouts)) {
		field := "Timeouts." + key
		t, err := time.ParseDuration(r.from.Timeouts[key])
		if err != nil || t <= 0 {
			r.fault(field, quoted(r.from.Timeouts[key]), "a time above zero, such as 5m")
			continue
		}
		var names []string
		at := -1
		for i, known := range externalTimes() {
			names = append(names, known.name)
			if strings.EqualFold(known.name, key) {
				at = i
			}
		}
		if at < 0 {
			r.remark(field, true, "an unknown time"+document.DidYouMean(key, names)+"; Kubernetes' storage suite ignores it")
			continue
		}
		budget := externalTimes()[at].budget
		if budget == "" {
			r.remark(field, false, "has no counterpart: csicert has no budget for it")
			continue
		}
		budgets[budget] = max(budgets[budget], t)
	}
	for name, t := range budgets {
		if r.d.Budgets == nil {
			r.d.Budgets = map[string]string{}
		}
		r.d.Budgets[name] = t.String()
	}
}

// further adds the section csicert.
func (r *reader) further() {
	f := r.from.Csicert
	r.d.Namespace, r.d.Install, r.d.BindingModes = f.Namespace, f.Install, f.BindingModes
	r.d.Storage, r.d.Controller = f.Storage, f.Controller
	r.d.VolumeSize = cmp.Or(f.VolumeSize, r.d.VolumeSize)
	for name, t := range f.Budgets {
		if r.d.Budgets == nil {
			r.d.Budgets = map[string]string{}
		}
		r.d.Budgets[name] = t
	}
	if f.Namespace == "" {
		r.remark("DriverInfo.Name", false, "the format does not tell the driver's namespace: logs of its pods become no evidence (namespace in the section csicert)")
	}
}

// notes name what is there and has no counterpart.
func (r *reader) notes() {
	for _, c := range Counterparts() {
		if c.Becomes != "" || !r.places.Has(c.Key) || strings.HasPrefix(c.Key, "Timeouts.") {
			continue
		}
		if name, is := strings.CutPrefix(c.Key, capabilityKey("")); is && !r.from.DriverInfo.Capabilities[name] && c.Note != everyDriver {
			continue // what is not claimed needs no word
		}
		r.remark(c.Key, false, "has no counterpart: "+c.Note)
	}
}

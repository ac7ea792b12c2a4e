package mount

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"csicert/driver/mount/fusenfs"
	"csicert/driver/mount/mountpoint"
)

// OptionError is a mount option that is not known, or not with that value.
type OptionError struct {
	Option   string
	Accepted []string // options, or the values of this one
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("mount option %q: accepted are %s", e.Option, strings.Join(e.Accepted, ", "))
}

// Options of any mount: true ones are flags that a bind takes too.
var flagOptions = map[string]bool{
	"ro": true, "nosuid": true, "nodev": true, "noexec": true, "noatime": true,
	"rw": false, "suid": false, "dev": false, "exec": false, "atime": false, "relatime": false,
	"norelatime": false, "strictatime": false, "nodiratime": false, "diratime": false, "defaults": false,
	"sync": false, "async": false, "_netdev": false, "nofail": false,
}

// Options of NFS without a value. Soft and softerr bound the wait for an
// answer; FUSE takes the others without effect, except noresvport.
var nfsFlags = []string{
	"hard", "soft", "softerr", "intr", "nointr", "lock", "nolock", "ac", "noac", "cto", "nocto", "acl", "noacl",
	"rdirplus", "nordirplus", "resvport", "noresvport", "sharecache", "nosharecache", "fg", "tcp",
}

// Options of NFS with a value, and the values that are taken; nil means any
// whole number. FUSE heeds port, mountport, timeo and retrans, and speaks
// NFSv3 whatever the version.
var nfsValues = map[string][]string{
	"vers": {"3", "4", "4.0", "4.1", "4.2"}, "nfsvers": {"3", "4", "4.0", "4.1", "4.2"}, "minorversion": {"0", "1", "2"},
	"proto": {"tcp", "tcp6"}, "mountproto": {"tcp", "tcp6"}, "mountvers": {"3"}, "sec": {"sys"},
	"lookupcache": {"all", "none", "pos", "positive"}, "local_lock": {"all", "none", "flock", "posix"},
	"port": nil, "mountport": nil, "timeo": nil, "retrans": nil, "rsize": nil, "wsize": nil, "bsize": nil,
	"namlen": nil, "acregmin": nil, "acregmax": nil, "acdirmin": nil, "acdirmax": nil, "actimeo": nil,
	"retry": nil, "nconnect": nil, "max_connect": nil,
}

const maxPort = 65535

// CheckOptions returns an *OptionError for the first option that Mount would
// refuse. An element may hold several options with commas between them.
func CheckOptions(options []string) error {
	for _, option := range split(options) {
		if err := checkOption(option); err != nil {
			return err
		}
	}
	return nil
}

func checkOption(option string) error {
	name, value, hasValue := strings.Cut(option, "=")
	values, valued := nfsValues[name]
	_, flag := flagOptions[name]
	flag = flag || slices.Contains(nfsFlags, name)
	switch {
	case !valued && !flag:
		return &OptionError{Option: option, Accepted: known()}
	case valued != hasValue:
		if valued {
			return &OptionError{Option: option, Accepted: []string{name + "=VALUE"}}
		}
		return &OptionError{Option: option, Accepted: []string{name}}
	case values != nil && !slices.Contains(values, value):
		return &OptionError{Option: option, Accepted: values}
	case valued && values == nil:
		number, err := strconv.ParseUint(value, 10, 31)
		if err != nil {
			return &OptionError{Option: option, Accepted: []string{"whole numbers"}}
		}
		if strings.HasSuffix(name, "port") && (number == 0 || number > maxPort) {
			return &OptionError{Option: option, Accepted: []string{"1 to 65535"}}
		}
	}
	return nil
}

// known lists every option, sorted.
func known() []string {
	all := slices.Clone(nfsFlags)
	for name := range flagOptions {
		all = append(all, name)
	}
	for name := range nfsValues {
		all = append(all, name+"=")
	}
	slices.Sort(all)
	return all
}

func split(options []string) []string {
	var single []string
	for _, option := range options {
		for part := range strings.SplitSeq(option, ",") {
			if part = strings.TrimSpace(part); part != "" {
				single = append(single, part)
			}
		}
	}
	return single
}

// bindFlags reads the options of a bind, which are flags only.
func bindFlags(options []string) (mountpoint.Flags, error) {
	for _, option := range split(options) {
		if !flagOptions[option] && option != "rw" {
			return mountpoint.Flags{}, &OptionError{
				Option: option, Accepted: []string{"ro", "rw", "nosuid", "nodev", "noexec", "noatime"},
			}
		}
	}
	return flagsOf(options), nil
}

// flagsOf finds the flags; of two that contradict each other the later holds.
func flagsOf(options []string) (f mountpoint.Flags) {
	for _, option := range split(options) {
		switch option {
		case "ro", "rw":
			f.ReadOnly = option == "ro"
		case "nosuid", "suid":
			f.NoSUID = option == "nosuid"
		case "nodev", "dev":
			f.NoDev = option == "nodev"
		case "noexec", "exec":
			f.NoExec = option == "noexec"
		case "noatime", "atime", "relatime", "strictatime":
			f.NoATime = option == "noatime"
		}
	}
	return f
}

// The defaults of a soft mount over TCP, as nfs(5) gives them: an answer is
// waited for during timeo tenths of a second, retrans times more.
const (
	defaultTimeo   = 600
	defaultRetrans = 2
)

// ForFUSE turns a source and options into what package fusenfs mounts.
// The error is an *OptionError.
func ForFUSE(source Source, options []string) (fusenfs.Export, fusenfs.Options, error) {
	if err := CheckOptions(options); err != nil {
		return fusenfs.Export{}, fusenfs.Options{}, err
	}
	export := fusenfs.Export{Server: source.Server, Port: source.Port, MountPort: source.MountPort, Path: source.Path}
	flags := flagsOf(options)
	chosen := fusenfs.Options{
		ReadOnly: flags.ReadOnly, NoSUID: flags.NoSUID, NoDev: flags.NoDev, NoExec: flags.NoExec, NoATime: flags.NoATime,
	}
	soft, timeo, retrans := false, defaultTimeo, defaultRetrans
	for _, option := range split(options) {
		name, value, _ := strings.Cut(option, "=")
		number, _ := strconv.Atoi(value) // checked above
		switch name {
		case "soft", "softerr":
			soft = true
		case "hard":
			soft = false
		case "sync", "async":
			chosen.Synchronous = name == "sync"
		case "resvport", "noresvport":
			chosen.AnyPort = name == "noresvport"
		case "timeo":
			timeo = max(number, 1)
		case "retrans":
			retrans = number
		case "port":
			export.Port = first(source.Port, number)
		case "mountport":
			export.MountPort = first(source.MountPort, number)
		}
	}
	if soft {
		chosen.Soft = time.Duration(timeo) * 100 * time.Millisecond * time.Duration(retrans+1)
	}
	return export, chosen, nil
}

// first is the first of two numbers that is not zero.
func first(a, b int) int {
	if a != 0 {
		return a
	}
	return b
}

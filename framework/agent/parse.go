package agent

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"

	"csicert/framework/payload"
)

// UsageError says what is wrong with a command line: field, found, accepted.
type UsageError struct{ text string }

// Error is one sentence.
func (e UsageError) Error() string { return e.text }

// BadInput marks the error as the caller's.
func (UsageError) BadInput() bool { return true }

func usage(format string, args ...any) error { return UsageError{fmt.Sprintf(format, args...)} }

const verbs = "hold, end, fill, mutate, digest, put, get, try-write, mkdir, rmtree, list, seek, survey, stat, usage, id, kill, kubelet, connect, serve"

// Parse reads a command line, without the name of the program, back into the request that made it. Its errors are
// the caller's ([UsageError], [payload.KindError]).
func Parse(args []string) (Request, error) {
	if len(args) == 0 {
		return nil, usage("verb: found none, accepted are %s", verbs)
	}
	verb := args[0]
	set := flag.NewFlagSet(verb, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	switch verb {
	case "hold", "end", "id", "serve":
		if _, err := operand(set, args[1:], ""); err != nil {
			return nil, err
		}
		switch verb {
		case "end":
			return End{}, nil
		case "id":
			return ID{}, nil
		case "serve":
			return Serve{}, nil
		}
		return Hold{}, nil
	case "fill", "mutate":
		kind, seed := set.String("kind", "", ""), set.Int64("seed", 0, "")
		dir, err := operand(set, args[1:], "DIR")
		if err != nil {
			return nil, err
		}
		t, err := payload.Parse(*kind, *seed)
		if err != nil {
			return nil, err
		}
		if verb == "mutate" {
			return Mutate{Tree: t, Dir: dir}, nil
		}
		return Fill{Tree: t, Dir: dir}, nil
	case "digest", "try-write", "stat", "usage":
		dir, err := operand(set, args[1:], "DIR")
		if err != nil {
			return nil, err
		}
		switch verb {
		case "digest":
			return Digest{Dir: dir}, nil
		case "stat":
			return Stat{Dir: dir}, nil
		case "usage":
			return Usage{Dir: dir}, nil
		}
		return TryWrite{Dir: dir}, nil
	case "put", "get":
		name := set.String("name", "", "")
		dir, err := operand(set, args[1:], "DIR")
		if err != nil {
			return nil, err
		}
		if err := element(*name); err != nil {
			return nil, err
		}
		if verb == "put" {
			return Put{Name: *name, Dir: dir}, nil
		}
		return Get{Name: *name, Dir: dir}, nil
	case "seek":
		return parseSeek(set, args[1:])
	case "survey":
		return parseSurvey(set, args[1:])
	case "list", "mkdir", "rmtree":
		return parseKeeper(verb, set, args[1:])
	case "connect":
		container := set.String("container", "", "")
		socket, err := operand(set, args[1:], "SOCKET")
		if err != nil {
			return nil, err
		}
		r := Connect{Container: *container, Socket: socket}
		return r, r.check()
	case "kubelet":
		kill := set.Bool("kill", false, "")
		if _, err := operand(set, args[1:], ""); err != nil {
			return nil, err
		}
		return Kubelet{Kill: *kill}, nil
	case "kill":
		if err := set.Parse(args[1:]); err != nil {
			return nil, usage("kill: %v", err)
		}
		r := Kill{Containers: set.Args()}
		return r, r.check()
	}
	return nil, usage("verb: found %q, accepted are %s", verb, verbs)
}

func parseKeeper(verb string, set *flag.FlagSet, args []string) (Request, error) {
	under := set.String("under", "", "")
	mode := payload.Mode(0o755)
	what := "NAME"
	switch verb {
	case "mkdir":
		set.TextVar(&mode, "mode", mode, "")
	case "list":
		what = ""
	}
	name, err := operand(set, args, what)
	if err != nil {
		return nil, err
	}
	if *under == "" {
		return nil, usage("%s -under: found nothing, accepted is a directory", verb)
	}
	if verb == "list" {
		return List{Under: *under}, nil
	}
	if err := local(name); err != nil {
		return nil, err
	}
	if verb == "mkdir" {
		return Mkdir{Under: *under, Name: name, Mode: mode}, nil
	}
	return Rmtree{Under: *under, Name: name}, nil
}

func parseSeek(set *flag.FlagSet, args []string) (Request, error) {
	under, mounts := folders(set), set.String("mounts", "", "")
	if err := set.Parse(args); err != nil {
		return nil, usage("seek: %v", err)
	}
	if len(*under) == 0 && *mounts == "" {
		return nil, usage("seek -under, -mounts: found neither, accepted are directories and a table of mounts")
	}
	if set.NArg() == 0 {
		return nil, usage("seek NAME: found none, accepted is at least one")
	}
	for _, name := range set.Args() {
		if err := element(name); err != nil {
			return nil, err
		}
	}
	return Seek{Under: *under, Mounts: *mounts, Names: set.Args()}, nil
}

func parseSurvey(set *flag.FlagSet, args []string) (Request, error) {
	under := folders(set)
	if _, err := operand(set, args, ""); err != nil {
		return nil, err
	}
	if len(*under) == 0 {
		return nil, usage("survey -under: found nothing, accepted is at least one directory")
	}
	return Survey{Under: *under}, nil
}

// folders is the flag -under, which may be given several times.
func folders(set *flag.FlagSet) *[]string {
	var all []string
	set.Func("under", "", func(folder string) error {
		if folder == "" {
			return errors.New("accepted is a directory")
		}
		all = append(all, folder)
		return nil
	})
	return &all
}

// operand reads flags and the one operand, or none where what is empty.
func operand(set *flag.FlagSet, args []string, what string) (string, error) {
	if err := set.Parse(args); err != nil {
		return "", usage("%s: %v", set.Name(), err)
	}
	if what == "" {
		if set.NArg() != 0 {
			return "", usage("%s: found operands %q, accepted are none", set.Name(), set.Args())
		}
		return "", nil
	}
	if set.NArg() != 1 || set.Arg(0) == "" {
		return "", usage("%s %s: found %q, accepted is exactly one", set.Name(), what, set.Args())
	}
	return set.Arg(0), nil
}

// local accepts a path that stays below its root and is not the root.
func local(name string) error {
	if !filepath.IsLocal(name) || filepath.Clean(name) == "." {
		return usage("name: found %q, accepted is a path below the root, without leading / or ..", name)
	}
	return nil
}

// element accepts the name of a file in a directory.
func element(name string) error {
	if local(name) != nil || filepath.Base(name) != name {
		return usage("name: found %q, accepted is one file name without /", name)
	}
	return nil
}

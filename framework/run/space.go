package run

import "csicert/kind-config/engine"

// What must be free in the state directory's file system and in the engine's, in bytes.
const (
	coldSpace = 12 << 30 // the node image is built: caches of the compiler and its modules, binaries, base system, image
	warmSpace = 4 << 30  // nodes unpack the image's parts, pods and logs come on top
)

// room refuses paths whose file system has too little space.
func room(need uint64, paths ...string) error {
	for _, path := range paths {
		free, err := engine.FreeSpace(path)
		if err != nil {
			return err
		}
		if free < need {
			return &engine.NoSpace{Path: path, Found: free, Need: need}
		}
	}
	return nil
}

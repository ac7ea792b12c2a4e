package nodeimage

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// An image that was pulled or loaded does not follow from the inputs, so the cache remembers it.

func (c cache) chosenFile() string { return filepath.Join(c.dir, "chosen.json") }

// chosen returns the remembered image; its Ref is empty when there is none.
func (c cache) chosen() (Image, error) {
	content, err := os.ReadFile(c.chosenFile())
	if errors.Is(err, os.ErrNotExist) {
		return Image{}, nil
	}
	if err != nil {
		return Image{}, fmt.Errorf("reading which node image was chosen: %w", err)
	}
	var image Image
	if err := json.Unmarshal(content, &image); err != nil {
		return Image{}, fmt.Errorf("reading %s: %w", c.chosenFile(), err)
	}
	return image, nil
}

// choose remembers an image, replacing the last one in one step.
func (c cache) choose(image Image) error {
	if err := c.open(); err != nil {
		return err
	}
	content, err := json.MarshalIndent(image, "", "  ")
	if err != nil {
		return fmt.Errorf("remembering the node image: %w", err)
	}
	next := c.chosenFile() + ".next"
	if err := errors.Join(os.WriteFile(next, content, privateFile), os.Rename(next, c.chosenFile())); err != nil {
		return fmt.Errorf("remembering the node image: %w", err)
	}
	return nil
}

package verdict

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	"csicert/framework/catalogue"
)

// DigestOf is the SHA-256 of a record's file, as sha256sum prints it, behind "sha256:".
func DigestOf(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("reading the run record for its digest: %w", err)
	}
	return digest(data), nil
}

// CatalogueDigest tells catalogues apart: it changes with every word of every requirement, not with their order.
func CatalogueDigest(requirements []catalogue.Requirement) (string, error) {
	byID, err := sorted(requirements)
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(byID)
	if err != nil {
		return "", fmt.Errorf("encoding the catalogue for its digest: %w", err)
	}
	return digest(data), nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Package publish judges what pods see of their volumes: the same files on every node and after every pod, for reading
// or for writing, in whole or in part.
package publish

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/payload"
)

// Requirements of the area, in the order of their IDs.
var Requirements = []catalogue.Requirement{
	DataOutliveThePod,
	OwnersAndModesOutliveThePod,
	PodsOfSeveralNodesShare,
	ReadOnlyPodIsRefused,
	PodsOfOneNodeShare,
	OncePodsTakeTurns,
	VolumeBelongsToTheGroup,
	ClaimMovesToAnotherNode,
	PartsAreKeptApart,
}

// joined is a volume's content with a tree beside it. It is reckoned from the recipe, so that what one pod saw is not
// the measure of what another has to see.
func joined(ctx context.Context, content payload.Manifest, tree payload.Tree) payload.Manifest {
	more, err := tree.Manifest(ctx)
	Expect(err).NotTo(HaveOccurred())
	return payload.Manifest{Entries: append(content.Entries, more.Entries...)}
}

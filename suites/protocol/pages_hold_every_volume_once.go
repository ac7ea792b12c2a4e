package protocol

import (
	"context"
	"fmt"
	"slices"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// PagesHoldEveryVolumeOnce: a list may be as it likes while volumes come and go, so nothing else may be made meanwhile.
var PagesHoldEveryVolumeOnce = catalogue.Requirement{
	ID:        "PROT-029",
	Level:     catalogue.Must,
	Statement: "the pages of ListVolumes hold no more entries than were asked for, and together every volume once",
	Source:    catalogue.CSI("ListVolumes", "If specified (non-zero value), the Plugin MUST NOT return more entries than this number in the response."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket, catalogue.Disruption},
	Surveys:   true,
	Mutants: []catalogue.Mutant{
		{Name: "list-page-overfull", Wrong: "a page of the list holds all volumes"},
		{Name: "list-page-loses-one", Wrong: "between two pages of the list a volume is lost"},
		{Name: "list-token-refused", Wrong: "the token of the list's next page is refused"},
		{Name: "list-repeats-last", Wrong: "the list ends with a page that holds its last volume once more"},
		{Name: "list-never-ends", Wrong: "the list's last page names a further one, which is empty and names itself"},
	},
}

var _ = verify.That(PagesHoldEveryVolumeOnce, direct(pagesHoldEveryVolumeOnce))

func pagesHoldEveryVolumeOnce(ctx context.Context, co *orchestrator.CO) {
	co.Needs(csi.ControllerServiceCapability_RPC_LIST_VOLUMES)
	var stand []string
	for range 4 {
		stand = append(stand, co.NeedAny(ctx).GetVolumeId())
	}
	before := co.All(ctx) // what others left may be among them
	most, token := max(1, len(before)/3), ""
	seen := map[string]int{}
	for page := 1; page == 1 || token != ""; page++ {
		ids, next, err := co.Page(ctx, int32(most), token)
		co.MustAnswer(fmt.Sprintf("ListVolumes for page %d", page), err, codes.OK)
		co.MustBe(len(ids) <= most, fmt.Sprintf("at most %d entries", most), fmt.Sprintf("%d entries", len(ids)))
		for _, id := range ids {
			seen[id]++
			co.MustBe(seen[id] == 1, "every volume once", orchestrator.Quote(id)+" again on page "+fmt.Sprint(page))
		}
		co.MustBe(page <= 1000, "the list to end", "a thousand pages")
		token = next
	}
	for _, id := range co.All(ctx) {
		if slices.Contains(before, id) {
			stand = append(stand, id)
		}
	}
	missing := slices.DeleteFunc(stand, func(id string) bool { return seen[id] > 0 })
	co.MustBe(len(missing) == 0, "the volumes that were just made, and those that stood all the time, to be on the pages", fmt.Sprintf("these are not: %v", missing))
}

package nfs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"csicert/driver/filer"
)

// badField is INVALID_ARGUMENT: which field, what was found, what is accepted.
func badField(field, found, accepted string) error {
	return status.Errorf(codes.InvalidArgument, "%s: found %s; accepted: %s", field, found, accepted)
}

func missing(field, accepted string) error { return badField(field, "nothing", accepted) }

// failed gives a filer's error its CSI code. Doing says what was done, as a gerund.
func failed(doing string, err error) error {
	code := codes.Internal
	switch {
	case errors.Is(err, filer.ErrNotFound):
		code = codes.NotFound
	case errors.Is(err, filer.ErrConflict):
		code = codes.AlreadyExists
	case errors.Is(err, filer.ErrFull):
		code = codes.ResourceExhausted
	case errors.Is(err, filer.ErrTooSmall):
		code = codes.OutOfRange
	case errors.Is(err, filer.ErrInvalid):
		code = codes.InvalidArgument
	case errors.Is(err, context.Canceled):
		code = codes.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		code = codes.DeadlineExceeded
	default:
		var answered *filer.Error
		if !errors.As(err, &answered) {
			code = codes.Unavailable // the filer could not be asked, or not now: worth another try
		}
	}
	return status.Error(code, doing+": "+err.Error())
}

// fromSidecars starts the parameters that the sidecars add (--extra-create-metadata) and that say nothing to a driver.
const fromSidecars = "csi.storage.k8s.io/"

// checkParameters refuses what the driver would ignore: a misspelt parameter must not pass for a default.
func checkParameters(what string, parameters map[string]string, known ...string) error {
	accepted := "no parameters"
	if len(known) > 0 {
		accepted = strings.Join(known, ", ")
	}
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		if !strings.HasPrefix(key, fromSidecars) && !slices.Contains(known, key) {
			return badField(what, fmt.Sprintf("%q", key), accepted)
		}
	}
	return nil
}

package filer

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Handler serves a filer's API to whoever has the token. Each call is logged as one line.
func Handler(f Filer, token string, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	h := handler{filer: f, log: log}
	for pattern, serve := range map[string]func(http.ResponseWriter, *http.Request) (any, error){
		"POST volumes": h.createVolume, "PUT volumes": h.fillVolume, "GET volumes": h.volumes,
		"GET volumes/{id}": h.volume, "DELETE volumes/{id}": h.deleteVolume,
		"POST volumes/{id}/size": h.expandVolume, "GET volumes/{id}/usage": h.usage,
		"POST snapshots": h.createSnapshot, "GET snapshots": h.snapshots,
		"GET snapshots/{id}": h.snapshot, "DELETE snapshots/{id}": h.deleteSnapshot,
		"GET capacity": h.capacity,
	} {
		mux.Handle(under(pattern), h.answering(serve))
	}
	mux.HandleFunc(under("GET content/{kind}/{id}"), h.content)
	return guarded(mux, token)
}

func under(pattern string) string {
	method, path, _ := strings.Cut(pattern, " ")
	return method + " " + apiRoot + path
}

func guarded(next http.Handler, token string) http.Handler {
	want := []byte("Bearer " + token)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token == "" || subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), want) != 1 {
			reply(w, http.StatusUnauthorized, wireError{Text: "the token is not this filer's"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

type handler struct {
	filer Filer
	log   *slog.Logger
}

func (h handler) answering(serve func(http.ResponseWriter, *http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		answer, err := serve(w, r)
		status := http.StatusOK
		if err != nil {
			status, answer = encodeError(err)
		}
		h.log.Info("filer call", "method", r.Method, "path", r.URL.Path, "status", status, "ms", time.Since(began).Milliseconds(), "error", err)
		reply(w, status, answer)
	})
}

func reply(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(http.ErrAbortHandler) // the client sees a broken answer, not a short one
	}
}

func decode[T any](r *http.Request) (T, error) {
	var request T
	in := json.NewDecoder(io.LimitReader(r.Body, mostRequest))
	in.DisallowUnknownFields()
	if err := in.Decode(&request); err != nil {
		return request, &Error{Kind: ErrInvalid, Text: "the request is not the JSON of this call: " + err.Error()}
	}
	return request, nil
}

func (h handler) createVolume(_ http.ResponseWriter, r *http.Request) (any, error) {
	req, err := decode[VolumeRequest](r)
	if err != nil {
		return nil, err
	}
	return h.filer.CreateVolume(r.Context(), req)
}

func (h handler) fillVolume(_ http.ResponseWriter, r *http.Request) (any, error) {
	var req VolumeRequest
	if err := json.Unmarshal([]byte(r.URL.Query().Get("request")), &req); err != nil {
		return nil, &Error{Kind: ErrInvalid, Text: "the parameter request is not JSON: " + err.Error()}
	}
	return h.filer.FillVolume(r.Context(), req, r.Body)
}

func (h handler) volumes(_ http.ResponseWriter, r *http.Request) (any, error) {
	if name := r.URL.Query().Get("name"); name != "" {
		return h.filer.VolumeNamed(r.Context(), name)
	}
	return h.filer.Volumes(r.Context())
}

func (h handler) volume(_ http.ResponseWriter, r *http.Request) (any, error) {
	return h.filer.Volume(r.Context(), r.PathValue("id"))
}

func (h handler) deleteVolume(_ http.ResponseWriter, r *http.Request) (any, error) {
	return struct{}{}, h.filer.DeleteVolume(r.Context(), r.PathValue("id"))
}

func (h handler) expandVolume(_ http.ResponseWriter, r *http.Request) (any, error) {
	size, err := decode[int64](r)
	if err != nil {
		return nil, err
	}
	return h.filer.ExpandVolume(r.Context(), r.PathValue("id"), size)
}

func (h handler) usage(_ http.ResponseWriter, r *http.Request) (any, error) {
	return h.filer.Usage(r.Context(), r.PathValue("id"))
}

func (h handler) createSnapshot(_ http.ResponseWriter, r *http.Request) (any, error) {
	req, err := decode[SnapshotRequest](r)
	if err != nil {
		return nil, err
	}
	return h.filer.CreateSnapshot(r.Context(), req)
}

func (h handler) snapshots(_ http.ResponseWriter, r *http.Request) (any, error) {
	if name := r.URL.Query().Get("name"); name != "" {
		return h.filer.SnapshotNamed(r.Context(), name)
	}
	return h.filer.Snapshots(r.Context())
}

func (h handler) snapshot(_ http.ResponseWriter, r *http.Request) (any, error) {
	return h.filer.Snapshot(r.Context(), r.PathValue("id"))
}

func (h handler) deleteSnapshot(_ http.ResponseWriter, r *http.Request) (any, error) {
	return struct{}{}, h.filer.DeleteSnapshot(r.Context(), r.PathValue("id"))
}

func (h handler) capacity(_ http.ResponseWriter, r *http.Request) (any, error) {
	return h.filer.Capacity(r.Context())
}

func (h handler) content(w http.ResponseWriter, r *http.Request) {
	ref := Ref{Kind: Kind(r.PathValue("kind")), ID: r.PathValue("id")}
	began := time.Now()
	err := h.stream(r.Context(), w, ref)
	h.log.Info("filer call", "method", r.Method, "path", r.URL.Path, "ms", time.Since(began).Milliseconds(), "error", err)
	if err != nil {
		panic(http.ErrAbortHandler) // a stream that cannot be finished is broken off
	}
}

// stream answers with the content, or with the reason why there is none; its error is that of a broken stream.
func (h handler) stream(ctx context.Context, w http.ResponseWriter, ref Ref) error {
	content, err := h.filer.Content(ctx, ref)
	if err != nil {
		status, wire := encodeError(err)
		reply(w, status, wire)
		return nil
	}
	w.Header().Set("Content-Type", "application/x-tar")
	_, err = io.Copy(w, content)
	return errors.Join(err, content.Close())
}

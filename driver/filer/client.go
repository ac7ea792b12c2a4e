package filer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Client asks a filer over the network.
type Client struct {
	base  string
	token string
	http  *http.Client
}

var _ Filer = (*Client)(nil)

// NewClient returns a client of the filer at base, for example https://10.0.0.7:2050. httpClient brings the trust.
func NewClient(base, token string, httpClient *http.Client) *Client {
	return &Client{base: strings.TrimSuffix(base, "/") + apiRoot, token: token, http: httpClient}
}

// send makes a call and returns the answer's body, or the error that the answer says.
func (c *Client) send(ctx context.Context, method, path string, body io.Reader) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, fmt.Errorf("asking the filer: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	response, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking the filer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.Join(decodeError(response.StatusCode, response.Body), response.Body.Close())
	}
	return response.Body, nil
}

func call[T any](ctx context.Context, c *Client, method, path string, request any) (answer T, err error) {
	var body io.Reader
	if request != nil {
		content, err := json.Marshal(request)
		if err != nil {
			return answer, fmt.Errorf("encoding a request to the filer: %w", err)
		}
		body = bytes.NewReader(content)
	}
	return receive[T](c.send(ctx, method, path, body))
}

func receive[T any](body io.ReadCloser, err error) (T, error) {
	var answer T
	if err != nil {
		return answer, err
	}
	err = json.NewDecoder(io.LimitReader(body, mostAnswer)).Decode(&answer)
	if err := errors.Join(err, body.Close()); err != nil {
		return answer, fmt.Errorf("reading the filer's answer: %w", err)
	}
	return answer, nil
}

// CreateVolume implements Filer.
func (c *Client) CreateVolume(ctx context.Context, req VolumeRequest) (Volume, error) {
	return call[Volume](ctx, c, http.MethodPost, "volumes", req)
}

// FillVolume implements Filer.
func (c *Client) FillVolume(ctx context.Context, req VolumeRequest, content io.Reader) (Volume, error) {
	request, err := json.Marshal(req)
	if err != nil {
		return Volume{}, fmt.Errorf("encoding a request to the filer: %w", err)
	}
	return receive[Volume](c.send(ctx, http.MethodPut, "volumes?request="+url.QueryEscape(string(request)), content))
}

// DeleteVolume implements Filer.
func (c *Client) DeleteVolume(ctx context.Context, id string) error {
	_, err := call[struct{}](ctx, c, http.MethodDelete, "volumes/"+url.PathEscape(id), nil)
	return err
}

// ExpandVolume implements Filer.
func (c *Client) ExpandVolume(ctx context.Context, id string, size int64) (Volume, error) {
	return call[Volume](ctx, c, http.MethodPost, "volumes/"+url.PathEscape(id)+"/size", size)
}

// Volume implements Filer.
func (c *Client) Volume(ctx context.Context, id string) (Volume, error) {
	return call[Volume](ctx, c, http.MethodGet, "volumes/"+url.PathEscape(id), nil)
}

// VolumeNamed implements Filer.
func (c *Client) VolumeNamed(ctx context.Context, name string) (Volume, error) {
	return call[Volume](ctx, c, http.MethodGet, "volumes?name="+url.QueryEscape(name), nil)
}

// Volumes implements Filer.
func (c *Client) Volumes(ctx context.Context) ([]Volume, error) {
	return call[[]Volume](ctx, c, http.MethodGet, "volumes", nil)
}

// Usage implements Filer.
func (c *Client) Usage(ctx context.Context, id string) (Usage, error) {
	return call[Usage](ctx, c, http.MethodGet, "volumes/"+url.PathEscape(id)+"/usage", nil)
}

// CreateSnapshot implements Filer.
func (c *Client) CreateSnapshot(ctx context.Context, req SnapshotRequest) (Snapshot, error) {
	return call[Snapshot](ctx, c, http.MethodPost, "snapshots", req)
}

// DeleteSnapshot implements Filer.
func (c *Client) DeleteSnapshot(ctx context.Context, id string) error {
	_, err := call[struct{}](ctx, c, http.MethodDelete, "snapshots/"+url.PathEscape(id), nil)
	return err
}

// Snapshot implements Filer.
func (c *Client) Snapshot(ctx context.Context, id string) (Snapshot, error) {
	return call[Snapshot](ctx, c, http.MethodGet, "snapshots/"+url.PathEscape(id), nil)
}

// SnapshotNamed implements Filer.
func (c *Client) SnapshotNamed(ctx context.Context, name string) (Snapshot, error) {
	return call[Snapshot](ctx, c, http.MethodGet, "snapshots?name="+url.QueryEscape(name), nil)
}

// Snapshots implements Filer.
func (c *Client) Snapshots(ctx context.Context) ([]Snapshot, error) {
	return call[[]Snapshot](ctx, c, http.MethodGet, "snapshots", nil)
}

// Content implements Filer.
func (c *Client) Content(ctx context.Context, of Ref) (io.ReadCloser, error) {
	return c.send(ctx, http.MethodGet, "content/"+url.PathEscape(string(of.Kind))+"/"+url.PathEscape(of.ID), nil)
}

// Capacity implements Filer.
func (c *Client) Capacity(ctx context.Context) (Capacity, error) {
	return call[Capacity](ctx, c, http.MethodGet, "capacity", nil)
}

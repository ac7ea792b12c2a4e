// Package orchestrator plays the container orchestrator (CO) of the CSI specification: it calls a driver's Controller
// service at the driver's own socket, with what Kubernetes' sidecars never ask: one call twice, two at once, one that
// nobody waits for, names and IDs that no sidecar makes. It knows no cluster: what reaches the socket, and what ends a
// judgement, is given to it. What it has made, it deletes.
package orchestrator

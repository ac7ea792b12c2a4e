// Package nfs is the CSI driver: the Controller is a front to the filers of all zones, the Node mounts what they export.
// Source: the Container Storage Interface, v1.13.
//
// A volume belongs to the zone of its filer, and its handle says so: ZONE.v-HEX, a snapshot's ZONE.s-HEX. The driver keeps
// no state of its own: what exists is what the filers have, so any restart is harmless.
//
// A class that names an NFS server of the administrator's own has its volumes there instead, as folders that any node can
// use: own:SERVER#SHARE#FOLDER. They have no snapshots and no bounds, and are not listed.
package nfs

// DriverName is the driver's name unless it is told another one.
const DriverName = "nfs.csicert.dev"

// ZoneKey is the topology key of the segments to which volumes belong.
const ZoneKey = "topology.kubernetes.io/zone"

package nfs

import (
	"errors"
	"fmt"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"

	"csicert/driver/mount"
)

// checkCapabilities refuses what no volume of this driver can do.
func checkCapabilities(all []*csi.VolumeCapability) error {
	if len(all) == 0 {
		return missing("volume_capabilities", "at least one")
	}
	for _, c := range all {
		if err := checkCapability(c); err != nil {
			return err
		}
	}
	return nil
}

func checkCapability(c *csi.VolumeCapability) error {
	if c == nil {
		return missing("volume_capability", "mount, with an access mode")
	}
	if c.GetBlock() != nil {
		return badField("volume_capability.access_type", "block", "mount: NFS has no raw devices")
	}
	if c.GetMount() == nil {
		return missing("volume_capability.access_type", "mount")
	}
	if t := c.GetMount().GetFsType(); t != "" && !strings.HasPrefix(t, "nfs") && t != "ext4" { // sidecars may fill in ext4
		return badField("volume_capability.mount.fs_type", fmt.Sprintf("%q", t), "nfs, or nothing")
	}
	if m := c.GetAccessMode().GetMode(); m == csi.VolumeCapability_AccessMode_UNKNOWN {
		return missing("volume_capability.access_mode", "any of the specification's")
	}
	return checkOptions(c.GetMount().GetMountFlags())
}

func checkOptions(options []string) error {
	err := mount.CheckOptions(options)
	var option *mount.OptionError
	if errors.As(err, &option) {
		return badField("volume_capability.mount.mount_flags", fmt.Sprintf("%q", option.Option), strings.Join(option.Accepted, ", "))
	}
	return err
}

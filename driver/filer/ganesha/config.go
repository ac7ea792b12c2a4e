package ganesha

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
)

// Options say what is served, where, and to whom.
type Options struct {
	Export    string       // absolute path of the folder; not on overlayfs, whose files have no handles
	Dir       string       // for the configuration, the log and what recovery needs
	Port      int          // of NFS, TCP
	MountPort int          // of the MOUNT protocol, TCP
	Clients   []netip.Addr // who may mount; nobody when empty
}

const exportID = 1

// settings are what every filer has. NFSv4 has no grace period: the only state that it would reclaim is locks, and
// these are not kept between nodes.
const settings = `NFS_CORE_PARAM {
  Protocols = 3,4;
  NFS_Port = %d;
  MNT_Port = %d;
  Enable_NLM = false;
  Enable_RQUOTA = false;
  Enable_UDP = false;
  mount_path_pseudo = true;
  Plugins_Dir = %q;
  Dbus_Name_Prefix = csicert;
}
NFSV4 {
  RecoveryRoot = %q;
  RecoveryBackend = fs;
  Graceless = true;
  Minor_Versions = 0,1,2;
  Only_Numeric_Owners = true;
}
EXPORT_DEFAULTS { Squash = No_Root_Squash; SecType = sys; Transports = TCP; }
LOG { Default_Log_Level = EVENT; }
EXPORT {
  Export_Id = %d;
  Path = %q;
  Pseudo = %q;
  Protocols = 3,4;
  Access_Type = None;
%s  FSAL { Name = VFS; }
}
`

func (o Options) text(plugins string) string {
	var clients string
	if len(o.Clients) > 0 {
		names := make([]string, len(o.Clients))
		for i, c := range o.Clients {
			names[i] = c.Unmap().String()
		}
		clients = "  CLIENT { Clients = " + strings.Join(names, ", ") + "; Access_Type = RW; }\n"
	}
	return fmt.Sprintf(settings, o.Port, o.MountPort, plugins, o.recovery(), exportID, o.Export, o.Export, clients)
}

func (o Options) config() string   { return filepath.Join(o.Dir, "ganesha.conf") }
func (o Options) log() string      { return filepath.Join(o.Dir, "ganesha.log") }
func (o Options) pid() string      { return filepath.Join(o.Dir, "ganesha.pid") }
func (o Options) recovery() string { return filepath.Join(o.Dir, "recovery") }

// BadOptionError says which option cannot be used.
type BadOptionError struct {
	Field    string
	Found    string
	Accepted string
}

// Error implements error.
func (e *BadOptionError) Error() string {
	return fmt.Sprintf("NFS server: %s is %q; accepted: %s", e.Field, e.Found, e.Accepted)
}

func (o Options) check() error {
	for field, path := range map[string]string{"Export": o.Export, "Dir": o.Dir} {
		// The path stands between quotes in ganesha's configuration.
		if !filepath.IsAbs(path) || strings.ContainsAny(path, "\"\\\n") {
			return &BadOptionError{Field: field, Found: path, Accepted: "an absolute path with no quote, backslash or newline"}
		}
	}
	for field, port := range map[string]int{"Port": o.Port, "MountPort": o.MountPort} {
		if port < 1 || port > 65535 {
			return &BadOptionError{Field: field, Found: fmt.Sprint(port), Accepted: "a TCP port"}
		}
	}
	return nil
}

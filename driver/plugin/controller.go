package plugin

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"github.com/spf13/cobra"

	"csicert/driver/filer"
	"csicert/driver/nfs"
	"csicert/driver/nfs/share"
)

// headerLimit bounds a filer's silence: a copy of much data answers when it is done.
const headerLimit = 5 * time.Minute

func controllerCommand(driver *string, m Make, log *slog.Logger) *cobra.Command {
	var endpoint, zonesFile, tokenFile, caFile string
	cmd := &cobra.Command{
		Use: "controller", Short: "Serve the Controller service", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			zones, err := nfs.LoadZones(zonesFile)
			if err != nil {
				return err
			}
			filers, err := dial(zones, tokenFile, caFile)
			if err != nil {
				return err
			}
			honest := func(filers map[string]filer.Filer) csi.ControllerServer {
				return nfs.NewController(nfs.ControllerOptions{Filers: filers, Exports: exports(zones), Folders: share.Folders{}, Log: log})
			}
			return serve(cmd.Context(), endpoint, nfs.Services{
				Identity:   nfs.NewIdentity(*driver, version(), nil),
				Controller: m.Controller(honest, filers),
				Between:    m.Between,
			}, log)
		},
	}
	endpointFlag(cmd, &endpoint)
	cmd.Flags().StringVar(&zonesFile, "zones", "/etc/csicert-nfs/zones.yaml", "file that says where the filers are")
	cmd.Flags().StringVar(&tokenFile, "token-file", "", "file with the token that opens the filers' API")
	cmd.Flags().StringVar(&caFile, "ca-file", "", "certificate of the authority that signed the filers'")
	required(cmd, "token-file", "ca-file")
	return cmd
}

func serve(ctx context.Context, endpoint string, s nfs.Services, log *slog.Logger) error {
	listener, err := nfs.Listen(ctx, endpoint)
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "answering CSI calls", "endpoint", endpoint, "version", version())
	return nfs.Serve(ctx, listener, s, log)
}

func exports(zones []nfs.Zone) map[string]string {
	all := map[string]string{}
	for _, z := range zones {
		all[z.Name] = z.Export
	}
	return all
}

// dial makes a client for every filer.
func dial(zones []nfs.Zone, tokenFile, caFile string) (map[string]filer.Filer, error) {
	token, err := os.ReadFile(tokenFile)
	if err != nil {
		return nil, fmt.Errorf("reading the filers' token: %w", err)
	}
	ca, err := os.ReadFile(caFile)
	if err != nil {
		return nil, fmt.Errorf("reading the filers' authority: %w", err)
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(ca) {
		return nil, fmt.Errorf("--ca-file: found no certificate in %s; accepted: PEM", caFile)
	}
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig:       &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS13},
		ResponseHeaderTimeout: headerLimit,
	}}
	filers := map[string]filer.Filer{}
	for _, z := range zones {
		filers[z.Name] = filer.NewClient(z.API, strings.TrimSpace(string(token)), client)
	}
	return filers, nil
}

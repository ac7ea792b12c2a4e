// Command filer is the storage of one zone: volumes on a disk, served by NFS, and the API by which the CSI driver asks
// for them.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"csicert/driver/filer"
	"csicert/driver/filer/ganesha"
	"csicert/driver/filer/store"
	"csicert/driver/nodes"
)

const (
	zoneLabel   = "topology.kubernetes.io/zone"
	headerLimit = 10 * time.Second // for a request's headers; bodies take as long as they take
	lookLimit   = 10 * time.Second // for the first answer to who may mount
	stopLimit   = 20 * time.Second // for calls under way when told to end
)

type options struct {
	dir, run, zone, capacity string
	listen                   string
	port, mountPort          int
	token, cert, key         string
	clients                  string
}

func main() {
	var o options
	flag.StringVar(&o.dir, "dir", "/srv/csicert", "folder of the volumes, on a file system that NFS can export")
	flag.StringVar(&o.run, "run-dir", "/run/csicert-filer", "folder of the NFS server's configuration and log")
	flag.StringVar(&o.zone, "zone", "", "zone whose nodes may mount ("+zoneLabel+")")
	flag.StringVar(&o.clients, "clients", "", "addresses that may mount, separated by commas, instead of the zone's nodes")
	flag.StringVar(&o.capacity, "capacity", "10Gi", "bytes that volumes and snapshots may have in all, as a Kubernetes quantity")
	flag.StringVar(&o.listen, "listen", ":2050", "address of the API")
	flag.IntVar(&o.port, "nfs-port", 2049, "TCP port of NFS")
	flag.IntVar(&o.mountPort, "mount-port", 20048, "TCP port of the MOUNT protocol")
	flag.StringVar(&o.token, "token-file", "/etc/csicert-filer/token", "file with the token that opens the API")
	flag.StringVar(&o.cert, "tls-cert", "/etc/csicert-filer/tls.crt", "certificate of the API")
	flag.StringVar(&o.key, "tls-key", "/etc/csicert-filer/tls.key", "key of the certificate")
	flag.Parse()
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := o.serve(ctx, log); err != nil {
		log.Error("the filer ended", "error", err)
		os.Exit(1)
	}
}

// serve runs the filer until ctx ends.
func (o options) serve(ctx context.Context, log *slog.Logger) error {
	capacity, err := resource.ParseQuantity(o.capacity)
	if err != nil {
		return fmt.Errorf("--capacity is %q; accepted: a quantity such as 10Gi: %w", o.capacity, err)
	}
	token, err := os.ReadFile(o.token)
	if err != nil {
		return fmt.Errorf("reading the token: %w", err)
	}
	clients, err := o.listed()
	if err != nil {
		return err
	}
	var set kubernetes.Interface
	if o.clients == "" {
		if set, err = inCluster(); err != nil {
			return err
		}
		clients = o.first(ctx, set, log)
	}
	freezer := &frozen{}
	disk, err := store.Open(store.Options{Dir: o.dir, Capacity: capacity.Value(), Freezer: freezer, Now: time.Now, Log: log})
	if err != nil {
		return err
	}
	server, err := ganesha.Start(ctx, ganesha.Options{Export: disk.Export(), Dir: o.run, Port: o.port, MountPort: o.mountPort, Clients: clients}, log)
	if err != nil {
		return err
	}
	freezer.Server = server
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return watchServer(ctx, server) })
	if set != nil {
		group.Go(func() error { return o.followNodes(ctx, set, server, log) })
	}
	handler := filer.Handler(disk, strings.TrimSpace(string(token)), log)
	group.Go(func() error { return o.listenAndServe(ctx, handler, log) })
	return errors.Join(group.Wait(), server.Stop())
}

// frozen is the NFS server that the store stops for a copy; the store is opened before the server runs.
type frozen struct{ *ganesha.Server }

func watchServer(ctx context.Context, server *ganesha.Server) error {
	select {
	case <-server.Done():
		return server.Err()
	case <-ctx.Done():
		return nil
	}
}

func (o options) listed() ([]netip.Addr, error) {
	if o.clients == "" {
		if o.zone == "" {
			return nil, errors.New("--zone is missing; accepted: the zone whose nodes may mount, or --clients")
		}
		return nil, nil
	}
	var all []netip.Addr
	for _, text := range strings.Split(o.clients, ",") {
		address, err := netip.ParseAddr(strings.TrimSpace(text))
		if err != nil {
			return nil, fmt.Errorf("--clients has %q; accepted: IP addresses: %w", text, err)
		}
		all = append(all, address)
	}
	return all, nil
}

func inCluster() (kubernetes.Interface, error) {
	config, err := rest.InClusterConfig()
	if err != nil {
		return nil, fmt.Errorf("finding the cluster: %w", err)
	}
	set, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("making a client: %w", err)
	}
	return set, nil
}

// first asks who may mount before the server answers anybody: one that was started again would tell clients, who only
// wait for it, that they may not. Nobody may where the cluster does not say; it will.
func (o options) first(ctx context.Context, set kubernetes.Interface, log *slog.Logger) []netip.Addr {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	all, err := nodes.AddressesNow(ctx, set, zoneLabel, o.zone)
	if err != nil {
		log.Warn("nobody may mount until the cluster says who", "error", err)
	}
	return all
}

func (o options) followNodes(ctx context.Context, set kubernetes.Interface, server *ganesha.Server, log *slog.Logger) error {
	return nodes.Addresses(ctx, set, zoneLabel, o.zone, func(all []netip.Addr) error {
		log.Info("who may mount", "zone", o.zone, "addresses", all)
		return server.Allow(all)
	})
}

func (o options) listenAndServe(ctx context.Context, handler http.Handler, log *slog.Logger) error {
	cert, err := tls.LoadX509KeyPair(o.cert, o.key)
	if err != nil {
		return fmt.Errorf("reading the certificate: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return fmt.Errorf("listening for the API: %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: headerLimit,
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS13},
		ErrorLog:  slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	stopped := make(chan error, 1)
	defer context.AfterFunc(ctx, func() {
		limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
		defer cancel()
		stopped <- server.Shutdown(limit)
	})()
	log.Info("the filer answers", "zone", o.zone, "api", listener.Addr().String())
	if err := server.ServeTLS(listener, "", ""); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving the API: %w", err)
	}
	return <-stopped
}

package suites_test

import (
	"flag"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"csicert/framework/lab"
	"csicert/framework/verify"
)

var labConfig = flag.String("lab.config", "", "path of the lab's configuration, written by csicert; without it no spec runs")

// TestConformance runs the specs on the cluster that csicert prepared.
func TestConformance(t *testing.T) {
	if *labConfig == "" {
		t.Skip("no cluster: specs run through csicert (make e2e); the catalogue is tested without one")
	}
	gomega.RegisterFailHandler(ginkgo.Fail)
	ginkgo.RunSpecs(t, "csicert")
}

var _ = ginkgo.BeforeSuite(func(ctx ginkgo.SpecContext) {
	cfg, err := lab.LoadConfig(*labConfig)
	must(err)
	must(verify.Open(ctx, cfg, ginkgo.GinkgoParallelProcess()))
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) { must(verify.Close(ctx)) })
})

// must fails with the error's own words: reports show the first line of a failure.
func must(err error) {
	if err != nil {
		ginkgo.Fail(err.Error(), 1)
	}
}

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

SHAPE ?=
KUBERNETES ?=
DRIVER ?=
FOCUS ?=
PROCS ?=
SEED ?=
KEEP ?=
REUSE ?=
RUN ?= latest
OLD ?=
FROM ?= reports/out/mutants.json
ARGS ?=

CSICERT := .bin/csicert
PAGE := suites/REQUIREMENTS.md
RECORD := suites/MUTANTS.md

# What was asked for by variables, as flags.
FLAGS = $(if $(SHAPE),--shape '$(SHAPE)') $(if $(KUBERNETES),--kubernetes '$(KUBERNETES)') $(if $(DRIVER),--driver '$(DRIVER)') $(if $(FOCUS),--focus '$(FOCUS)') $(if $(PROCS),--procs '$(PROCS)') \
	$(if $(SEED),--seed '$(SEED)') $(if $(KEEP),--keep) $(if $(REUSE),--reuse '$(REUSE)') $(ARGS)

.PHONY: help build binary e2e test nfs-server lint cluster down certify mutants variations trackrecord judges bench report compare requirements clean external browser

help: ## show this
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@echo '  variables: SHAPE, KUBERNETES (a minor version, such as 1.34), DRIVER (a definition file, bundled or none), FOCUS (an ID), PROCS, SEED, KEEP=1, REUSE (a cluster), RUN (of report and compare), OLD (of compare), FROM (of trackrecord), ARGS (more flags)'

build: ## build csicert into .bin
	@go build -buildvcs=auto -o $(CSICERT) .

# The programs inside are a file that the repository does not keep.
binary: ## write .bin/csicert-linux-amd64: one static file that needs neither Go nor this checkout
	@rm -rf .bin/carried && mkdir -p .bin/carried
	@export CGO_ENABLED=0 GOOS=linux GOARCH=amd64; \
		go build -trimpath -ldflags '-s -w' -o .bin/carried/ginkgo github.com/onsi/ginkgo/v2/ginkgo; \
		go build -trimpath -ldflags '-s -w' -o .bin/carried/csi-sanity github.com/kubernetes-csi/csi-test/v5/cmd/csi-sanity; \
		go build -trimpath -buildvcs=false -ldflags '-s -w' -o .bin/carried/agent ./framework/agent/cmd/agent; \
		go test -c -trimpath -ldflags '-s -w' -o .bin/carried/suites.test ./suites; \
		tar -C .bin/carried --sort=name --mtime=@0 --owner=0 --group=0 -czf framework/run/build/carried.tar.gz agent csi-sanity ginkgo suites.test; \
		go build -tags release -trimpath -buildvcs=auto -ldflags '-s -w' -o .bin/csicert-linux-amd64 .
	@rm -rf .bin/carried framework/run/build/carried.tar.gz
	@empty=$$(mktemp -d); trap 'rm -rf "$$empty"' EXIT; binary=$$PWD/.bin/csicert-linux-amd64; cd "$$empty"; \
		env -i "$$binary" requirements >requirements.md; test -s requirements.md; \
		env -i "$$binary" image agent --state-dir "$$empty/state" agent.tar; test -s agent.tar

e2e: build ## from a bare machine to a verdict and JUnit in reports/out
	@$(CSICERT) e2e $(FLAGS)

# Its own flags: --specs EXPRESSION and --testdriver FILE go into ARGS.
external: build ## run Kubernetes' own storage suite over the driver; JUnit in reports/out/external.xml
	@$(CSICERT) external $(FLAGS)

test: lint nfs-server browser ## everything that needs no cluster
	@go test ./...
	@go run . requirements --check --file $(PAGE)
	@$(MAKE) --no-print-directory binary

# $(call installed,COMMAND,PACKAGES,FOR) installs Debian's packages where the command is not there.
define installed
	@if ! command -v $(1) >/dev/null; then \
		echo 'installing $(2) with apt-get, for $(3)'; \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get -qq -o DPkg::Lock::Timeout=300 update; \
		apt-get -qq -y -o DPkg::Lock::Timeout=300 install --no-install-recommends $(2) >/dev/null; \
	fi
endef

# The driver's tests talk to a real NFS server.
nfs-server:
	$(call installed,ganesha.nfsd,nfs-ganesha nfs-ganesha-vfs,the tests of the driver)
	$(call installed,rpcbind,rpcbind,the tests of the driver)

# The page is opened in a real browser.
browser:
	$(call installed,chromium,chromium,the test of the page)

lint: ## gofmt, go vet, staticcheck
	@unformatted=$$(git ls-files -z --cached --others --exclude-standard '*.go' | xargs -0 gofmt -l); \
		if [ -n "$$unformatted" ]; then echo "gofmt these: $$unformatted" >&2; exit 1; fi
	@go vet ./...
	@go tool staticcheck -checks inherit,-ST1001 ./...

cluster: build ## make a zoned cluster that stays, and print how to reach it
	@$(CSICERT) cluster $(if $(SHAPE),--shape '$(SHAPE)') $(ARGS)

down: build ## take away every cluster that csicert made
	@$(CSICERT) cluster delete --all

certify: build ## judge the driver that DRIVER describes, on a new cluster or (ARGS) a named one
	@if [ -z '$(DRIVER)' ]; then echo 'make certify: DRIVER: found nothing; accepted: a definition file, or bundled' >&2; exit 4; fi
	@$(CSICERT) e2e $(FLAGS)

mutants: build ## run every requirement under its mutants
	@$(CSICERT) mutants $(FLAGS)

variations: build ## run the requirements under drivers that are right in other ways: none may fail
	@$(CSICERT) variations $(FLAGS)

trackrecord: build ## write suites/MUTANTS.md from what make mutants recorded (FROM: its mutants.json files)
	@$(CSICERT) mutants --page $(RECORD) $(foreach f,$(FROM),--from '$(f)')

judges: ## break every judge of the harness in every stated way: its tests must notice
	@go test ./framework/judges -count=1 -timeout 60m -args -judges.all

bench: build ## three warm runs: what each phase costs
	@$(CSICERT) bench $(FLAGS)

report: build ## make the reports of RUN again, without a cluster
	@$(CSICERT) report '$(RUN)'

compare: build ## say what got worse, better or slower from run OLD to RUN
	@if [ -z '$(OLD)' ]; then echo 'make compare: OLD: found nothing; accepted: the ID of an earlier run, or the path of its record' >&2; exit 4; fi
	@$(CSICERT) compare '$(OLD)' '$(RUN)'

requirements: build ## write the requirements page
	@$(CSICERT) requirements --file $(PAGE)

clean: build ## take away everything that csicert put on this machine
	@$(CSICERT) clean $(ARGS)
	@rm -rf .bin

# The project's commands. `make help` lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# debug builds fastest from nothing and shares its objects with the tests; release is what ships and what is measured.
CONFIGURATION ?= debug
SWIFT_BUILD = swift build --configuration $(CONFIGURATION)
# As for a box: the Swift library within, and what of two megabytes of memory lld saves (relocations packed, equal code once, what
# runs side by side: board/package/function-order.sh).
BOX_FLAGS = --configuration release --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs \
    -Xlinker --no-export-dynamic -Xlinker --icf=safe -Xswiftc -Xfrontend -Xswiftc -function-sections \
    -Xlinker --symbol-ordering-file=board/package/function-order.txt -Xlinker --no-warn-symbol-ordering
# The parsing cases of nst/JSONTestSuite, which the JSON tests read where they are; without them those tests are skipped.
JSONTESTSUITE_DIR ?= $(wildcard $(abspath ../shared/data/JSONTestSuite))
ifneq ($(JSONTESTSUITE_DIR),)
export JSONTESTSUITE_DIR
endif
# Recordings of receivers, gpsd's test/daemon/*.log, likewise.
GPSD_LOGS_DIR ?= $(wildcard $(abspath ../shared/data/gpsd-logs))
ifneq ($(GPSD_LOGS_DIR),)
export GPSD_LOGS_DIR
endif
# Tests by what they lean on: the kernel's clocks and devices, servers and clients at the other end of sockets, and whole programs.
DEVICES = KernelTests|HardwareTests
SERVERS = TransportTests|PostgreSQLTests
CLIENTS = WebSocketTests|ControlTests
PROGRAMS = IntegrationTests|RigTests
KEEP ?=
KILL ?=
SEED ?=
TARGET ?=
DAYS ?=
ONLY ?=
SECONDS_EACH ?= 30
# Of packages: amd64 or arm64, both without it. Of the image: arm64 without it.
export ARCH ?=
HIL_OPTIONS ?=

.PHONY: help setup build test memorytest simulate demo bench fuzz deb debtest imagetest image image-scan hil lint format voices clean

help: ## List these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12
	echo
	echo "Variables: CONFIGURATION=debug|release, KEEP=1 (demo stays up), KILL=10 (demo under ten kill -9), SEED=n (of those)"

setup: ## Install the system packages and check for Swift
	@board/setup.sh

build: setup ## Build the four programs
	@$(SWIFT_BUILD)

# What stands in front of the hub and behind it, and what reads its metrics.
test: ## Build, and run every test
	@board/setup.sh nginx postgresql prometheus
	swift build --build-tests
	# Before a test's patience depends on them.
	Tests/Integration/ReadEvents/ReadEventLibraryClient.sh install
	Tests/EchoServer/kosoku.sh install
	# In turn: what computes would keep the two or so processors from what waits for devices and peers, a test that holds up the
	# loop would hold up all others of its process, and whoever starts programs lends them, for a moment, the devices it has open.
	swift test --skip-build --skip '$(DEVICES)|$(SERVERS)|$(CLIENTS)|$(PROGRAMS)'
	swift test --skip-build --filter '$(DEVICES)'
	swift test --skip-build --filter '$(SERVERS)'
	swift test --skip-build --filter '$(CLIENTS)'
	swift test --skip-build --filter '$(PROGRAMS)' --skip FullBoxTests

memorytest: setup ## Fill a real daemon to all its bounds at once, within its unit's MemoryMax (root; some minutes)
	@swift build --build-tests
	swift test --skip-build --filter FullBoxTests

simulate: setup ## Play DAYS=1000 bus-days against faults of disk, network and power: SEED=n for one bus
	@build=(swift build --configuration release --static-swift-stdlib -Xswiftc -use-ld=lld)
	"$${build[@]}" --product validator-simulate
	exec "$$("$${build[@]}" --show-bin-path)/validator-simulate" $(if $(DAYS),days=$(DAYS)) $(if $(SEED),seed=$(SEED)) \
	    $(if $(ONLY),only=$(ONLY))

demo: build ## Play a scenario on stand-ins for the hardware, and check the books
	@bin="$$($(SWIFT_BUILD) --show-bin-path)"
	if [ -n "$(KILL)" ]; then exec Tests/Demo/kill.sh "$$bin" "$(KILL)" $(SEED); fi
	KEEP="$(KEEP)" exec Tests/Demo/demo.sh "$$bin"

bench: setup ## Measure every claim about speed and size against its probe: ONLY="lookup record hub"
	@build=(swift build $(BOX_FLAGS) --scratch-path .build-release)
	bin="$$("$${build[@]}" --show-bin-path)"
	missed=0
	if [ -z "$(ONLY)" ] || [ -n "$(filter-out hub,$(ONLY))" ]; then
	    for product in validatord validator-benchmarks; do "$${build[@]}" --product "$$product"; done
	    "$$bin/validator-benchmarks" "$$bin/validatord" $(filter-out hub,$(ONLY)) || missed=1
	fi
	if [ -z "$(ONLY)" ] || [ -n "$(filter hub,$(ONLY))" ]; then
	    board/setup.sh postgresql
	    for product in validator-hub validator-rig hub-probe; do "$${build[@]}" --product "$$product"; done
	    Tests/HubBenchmark/bench.py "$$bin" || missed=1
	fi
	exit "$$missed"

deb: ## Build the Debian packages, for amd64 and arm64: ARCH=amd64 for one
	@exec board/package/build.sh $(ARCH)

debtest: ## Install, upgrade, downgrade and purge the packages; play devices to the rules
	@for architecture in $(or $(ARCH),amd64 arm64); do Tests/Package/packages.sh "$$architecture"; done
	exec Tests/Package/rules.sh

imagetest: build ## Play disks, provisioning files and power cuts to the image's own scripts
	@Tests/Image/own-disk.sh
	exec Tests/Image/provision.sh "$$($(SWIFT_BUILD) --show-bin-path)"

image: ## Make the bootable image of a box, as root: ARCH=amd64 for a PC
	@board/image/build.sh

image-scan: ## List the image's packages that Debian has mended since: ARCH=amd64 for a PC's
	@exec board/image/scan.sh

hil: build ## Boot the image in QEMU and play a bus to it: HIL_OPTIONS=--long
	@bin="$$($(SWIFT_BUILD) --show-bin-path)"
	exec board/image/hil.sh "$$bin" $(HIL_OPTIONS)

fuzz: setup ## Feed the parsers bytes that ought to break them: TARGET=name, SECONDS_EACH=30
	@exec Tests/Fuzz/fuzz.sh "$(TARGET)" "$(SECONDS_EACH)"

lint: setup ## Check scripts, formatting and the source tree's rules
	@.ci/lint

format: ## Format the Swift sources in place
	@swift format --in-place --recursive --parallel Package.swift Sources Tests

voices: setup ## Speak the voice prompts into .build/voices
	@board/voices/make.sh .build/voices

clean: ## Remove build products
	@rm -rf .build .build-fuzz .build-release .build-deb/amd64 .build-deb/arm64

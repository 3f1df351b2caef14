# Screener: `make` lists what there is. Everything installs what it needs first, and says so.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/.tools/node/node_modules/node/bin:$(CURDIR)/.tools/py/bin:$(PATH)

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: run
run: ## Open the app; without a display: publish the sample to the local destination and serve it
	@scripts/run.sh

.PHONY: dev
dev: ## Open the app with the interface reloading as it is edited
	@scripts/setup.sh build play
	@cargo build --workspace --bins
	@cd ui && npx tauri dev

.PHONY: test
test: ## Every test: Rust, interface, viewer's page, window
	@scripts/setup.sh build play test
	@scripts/test.sh

.PHONY: test-full
test-full: ## The same with the long forms: 60 kills, 500 mutations, 10 first plays, the endpoint built twice
	@scripts/setup.sh build play test full sound lambda
	@SCREENER_KILLS=60 SCREENER_MUTATIONS=500 SCREENER_FULL=1 scripts/test.sh

.PHONY: check
check: ## Format, lints, docs, licences, spelling, interface checks
	@scripts/setup.sh build play tools
	@scripts/check.sh

.PHONY: windows
windows: ## Type-check the code for Windows, all but the encoder
	@scripts/setup.sh build windows
	@scripts/windows.sh

.PHONY: bench
bench: ## Measure against peers, side by side; writes benches/*.md
	@scripts/setup.sh build play test bench
	@scripts/bench.sh

.PHONY: soak
soak: ## 200 kills at random moments, the long outages, and 100 first plays
	@scripts/setup.sh build play test sound
	@scripts/soak.sh

.PHONY: fuzz
fuzz: ## Fuzz the parsers (on a nightly Rust) and 10,000 mutated films
	@scripts/setup.sh build test fuzz
	@scripts/fuzz.sh

.PHONY: lambda
lambda: ## The playlist endpoint as Lambda takes it: zips for arm64 and x86-64 in target/lambda-*
	@scripts/setup.sh lambda
	@scripts/lambda.sh

.PHONY: package
package: ## Installers for this system, in target/release/bundle
	@scripts/setup.sh build play
	@scripts/package.sh

.PHONY: package-try
package-try: ## The .deb in a clean Debian 12: installed, opened, the sample published and played on clicks (as root)
	@scripts/setup.sh test package
	@scripts/package-try.sh

.PHONY: gallery
gallery: ## Every component of the interface in every state, in a browser
	@scripts/setup.sh build
	@npm --prefix ui run gallery

.PHONY: clean
clean: ## Remove what was built
	@rm -rf target ui/dist ui/dist-watch ui/node_modules .tools

# Everything that is done with this package has a name here. With the Swift toolchain and make alone,
# `make run` does the main job and `make test` passes the tests.

SWIFT ?= swift
DOCC ?= $(shell command -v docc || xcrun --find docc 2>/dev/null)
PYTHON ?= python3
# Further arguments of the program that a target starts: make run ARGS='tempflow/T4 --level full'
ARGS ?=
# Which tests run: make test FILTER=RivuletFlowTests
FILTER ?=

SOURCES := Package.swift Sources Tests

# Where the processor has AVX2 the kernels are compiled for it, in a folder of their own so that the
# two sets of flags do not undo each other's work. The bits are the same.
CPU := $(shell { grep -w avx2 /proc/cpuinfo || sysctl -n machdep.cpu.leaf7_features | grep -w AVX2; } \
	>/dev/null 2>&1 && echo haswell)
FAST_PATH := .build$(if $(CPU),-$(CPU))
FAST_BUILD := $(if $(CPU),RIVULET_CPU=$(CPU)) $(SWIFT) build -c release --scratch-path $(FAST_PATH)

.PHONY: help run test bench bench-check build release lint format docs fixtures check-generated digest mutants ci clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

run: ## Decide every claim and print the ledger (release build)
	@$(FAST_BUILD) --product rivulet
	@$(FAST_PATH)/release/rivulet verify $(ARGS)

test: ## Run the tests and fail when none ran; FILTER= chooses some
	@mkdir -p .build && rm -f .build/tests.xml .build/tests-swift-testing.xml
	@$(SWIFT) test $(if $(FILTER),--filter '$(FILTER)') --xunit-output .build/tests.xml
	@count=$$(grep -o '<testcase ' .build/tests-swift-testing.xml | wc -l | tr -d ' '); \
	if [ "$$count" = 0 ]; then echo "no test ran$(if $(FILTER), with the filter $(FILTER))" >&2; exit 5; fi; \
	echo "$$count tests ran"

bench: ## Measure the throughput of the kernels (release build)
	@$(FAST_BUILD) --product rivulet-bench
	@$(FAST_PATH)/release/rivulet-bench $(ARGS)

bench-check: ## Hold the instructions of each workload against their budget; ARGS=--renew writes it
	@if ! command -v valgrind >/dev/null; then \
	  echo "bench-check skipped: it counts instructions with valgrind, which is not installed"; \
	else \
	  $(FAST_BUILD) --product rivulet-bench && \
	  .ci/bench-check $(FAST_PATH)/release/rivulet-bench $(or $(CPU),baseline) $(ARGS); \
	fi

build: ## Build everything with its tests, for debugging
	@$(SWIFT) build --build-tests

release: ## Build the program for this processor
	@$(FAST_BUILD) --product rivulet

lint: ## Check the layout and the documentation comments of the sources
	@$(SWIFT) format lint --strict --recursive $(SOURCES)

format: ## Lay the sources out anew
	@$(SWIFT) format --in-place --recursive $(SOURCES)

docs: ## Build the documentation into .build/docs; any warning is an error
	@rm -rf .build/docs .build/docs-symbols .build/*/symbolgraph && mkdir -p .build/docs-symbols
	@# The command also asks for symbols of test bundles, which need not exist, and then reports an
	@# error; what counts is whether it wrote those of the library.
	@$(SWIFT) package dump-symbol-graph >.build/docs-symbols.log 2>&1 || true
	@find .build/*/symbolgraph -name 'Rivulet*.symbols.json' ! -name 'RivuletCommand*' \
		! -name 'RivuletBench*' ! -name 'RivuletTestSupport*' ! -name '*Tests*' \
		-exec cp {} .build/docs-symbols/ \; 2>/dev/null || true
	@test -f .build/docs-symbols/Rivulet.symbols.json || { cat .build/docs-symbols.log; exit 1; }
	@$(DOCC) convert Sources/Rivulet/Rivulet.docc --warnings-as-errors \
		--fallback-display-name Rivulet --fallback-bundle-identifier rivulet \
		--additional-symbol-graph-dir .build/docs-symbols --output-path .build/docs

fixtures: ## Make the fixtures again (needs python3 with mpmath and numpy)
	@for script in Fixtures/origin/*.py; do echo "$$script"; $(PYTHON) "$$script" || exit 1; done

check-generated: fixtures ## Make the fixtures again and fail when one of them changed
	@changes=$$(git status --porcelain -- Fixtures); \
	if [ -n "$$changes" ]; then echo "$$changes"; git --no-pager diff --stat -- Fixtures; exit 1; fi

digest: release ## Show that the ledger's digest is the committed one for 1, 2 and 7 threads
	@for threads in 1 2 7; do \
	  $(FAST_PATH)/release/rivulet verify --threads $$threads >.build/verify.txt || exit 1; \
	  found=$$(sed -n 's/^digest: //p' .build/verify.txt); \
	  if [ "$$found" != "$$(cat Fixtures/ledger/quick.sha256)" ]; then \
	    echo "with $$threads threads the digest is $$found" >&2; exit 1; fi; \
	  echo "threads $$threads: $$found"; \
	done

mutants: ## Break named formulas one at a time and show that the ledger notices (some minutes)
	@.ci/mutants

ci: ## Do everything that a change must pass, from a clean build
	@.ci/run

clean: ## Remove everything that was built
	@rm -rf .build .build-haswell

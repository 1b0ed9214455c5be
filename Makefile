# Everything a user or a developer types. Each target does all of its own set-up.
#
# Two build folders: the tests are compiled with testable imports, and SwiftPM would otherwise compile everything
# again at each change between `make build` and `make test`.
STUDY ?= Studies/quickstart.yaml
# On Linux the programs carry the Swift runtime in them: finding it took each command 12 ms. lld, because the system's
# linker warns of functions that are in the runtime.
STATIC := $(if $(filter Linux,$(shell uname -s)),--static-swift-stdlib -Xswiftc -use-ld=lld)
LIBRARIES := GSL NetworkShape Priors Contraction SparseNetworks Simulation StudyEngine Publishing Verification

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests build study test test-slurm test-all bench bench-peers docs clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## install the Debian packages that are missing
	@Scripts/set-up build

setup-tests:
	@Scripts/set-up build tests
	@Scripts/set-up-python

build: setup ## build slablab, optimised: .build/release/slablab
	swift build -c release $(STATIC) --product slablab

study: build ## run the quickstart study (STUDY=FILE for another): table, figure, results/quickstart
	.build/release/slablab run $(STUDY)

test: setup-tests ## run all tests on optimised code
	swift test -c release --scratch-path .build-tests --disable-xctest

test-slurm: setup-tests ## test on a Slurm cluster of this machine, which it installs and starts
	@Scripts/set-up slurm
	SLABLAB_TEST_SLURM=1 swift test -c release --scratch-path .build-tests --disable-xctest --filter SlurmClusterTests

test-all: setup-tests ## run all tests with every combination of the model's axes and all reference fits (half an hour)
	SLABLAB_TEST_ALL=1 swift test -c release --scratch-path .build-tests --disable-xctest

bench: setup ## measure training steps, theory and a study; JSON goes to Benchmarks/results (ten minutes)
	swift build -c release $(STATIC) --product slablab
	swift build -c release $(STATIC) --product Benchmarks
	.build/release/Benchmarks

bench-peers: ## install JAX and PyTorch into .build/peers-venv and check them, so that bench compares with them
	@Scripts/set-up peers
	@Scripts/set-up-peers

docs: setup ## API documentation as HTML: .build/docs
	swift package --allow-writing-to-directory .build/docs generate-documentation \
	  $(foreach library,$(LIBRARIES),--target $(library)) --enable-experimental-combined-documentation \
	  --transform-for-static-hosting --output-path .build/docs
	@echo "to read it: python3 -m http.server --directory .build/docs, then http://localhost:8000/documentation"

clean: ## remove what was built; results stay
	rm -rf .build .build-tests

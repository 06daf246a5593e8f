# Names for what the scripts in Scripts/ do. `make demo` and `make test` need nothing else first.
SHELL := /bin/bash
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help demo test packages fuzz conformance compare-onnxruntime example-data verify-example paper-scale attribute-cost merge-scale run-memory engine-size compare-speed compare-networks benchmark-engine zoo-data zoo check-zoo compare-accuracy format lint pages onnx-proto clean FORCE

EXAMPLE := Examples/face-attributes
BIN := .build/release

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: packages ## build, compile the example network to int8, run and verify it: under 10 minutes
	@Scripts/demo

test: packages ## all tests, with the boards' under qemu
	@Scripts/test

packages: ## install the Debian packages that are missing
	@Scripts/install-packages

# The binary is relinked only when something changed, and the bundle made again only then.
$(BIN)/facet: FORCE
	@Scripts/build facet

dist/face-attributes.facet: $(BIN)/facet $(EXAMPLE)/face-attributes.onnx $(EXAMPLE)/recipe.json
	@mkdir -p dist
	@$(BIN)/facet compile $(EXAMPLE)/face-attributes.onnx --recipe $(EXAMPLE)/recipe.json --effort fast -o $@

# As boards get it: stored as their kernels want it.
dist/face-attributes.%.facet: $(BIN)/facet $(EXAMPLE)/face-attributes.onnx $(EXAMPLE)/recipe.json
	@mkdir -p dist
	@$(BIN)/facet compile $(EXAMPLE)/face-attributes.onnx --recipe $(EXAMPLE)/recipe.json --target $* --effort fast -o $@

dist/face-attributes-float32.facet: $(BIN)/facet $(EXAMPLE)/face-attributes.onnx $(EXAMPLE)/recipe.json
	@mkdir -p dist
	@$(BIN)/facet compile $(EXAMPLE)/face-attributes.onnx --recipe $(EXAMPLE)/recipe.json --precision float32 -o $@

FUZZ_COUNT ?= 2000
NETWORK_COUNT ?= 5000
fuzz: packages ## damaged models, recipes, images and bundles, with the address sanitizer; random networks (FUZZ_COUNT, NETWORK_COUNT, SEED)
	@Scripts/fuzz $(FUZZ_COUNT) --sanitize $(if $(SEED),--seed $(SEED))
	@Scripts/fuzz-networks $(NETWORK_COUNT) $(SEED)

conformance: packages ## ONNX's own operator cases (Debian's libonnx-testdata) in float32 and int8
	@Scripts/conformance

compare-onnxruntime: packages ## float32 and int8 against ONNX Runtime (Python; MODEL=network.onnx, INPUTS and CALIBRATION=tensors.npy)
	@Scripts/compare-onnxruntime $(MODEL) $(if $(INPUTS),--inputs $(INPUTS)) $(if $(CALIBRATION),--calibration $(CALIBRATION))

compare-speed: packages ## time against OpenVINO, ONNX Runtime, LiteRT (NETWORKS, PRECISIONS, THREADS, PEERS, ROUNDS, LITERT=folder; BENCHMARKS.md)
	@Scripts/compare-speed $(if $(NETWORKS),--networks '$(NETWORKS)') $(if $(PRECISIONS),--precisions '$(PRECISIONS)') \
	  $(if $(THREADS),--threads '$(THREADS)') $(if $(PEERS),--peers '$(PEERS)') $(if $(ROUNDS),--rounds '$(ROUNDS)') \
	  $(if $(LITERT),--litert '$(LITERT)')

compare-networks: packages ## 27 networks of torchvision and timm against ONNX Runtime (ONLY, EXPORTER, SAMPLES, ROUNDS, LIMIT, JSON, MARKDOWN, FRESH)
	@Scripts/compare-networks $(if $(ONLY),--only '$(ONLY)') $(if $(EXPORTER),--exporter '$(EXPORTER)') $(if $(SAMPLES),--samples '$(SAMPLES)') \
	  $(if $(ROUNDS),--rounds '$(ROUNDS)') $(if $(LIMIT),--limit '$(LIMIT)') $(if $(JSON),--json '$(JSON)') $(if $(MARKDOWN),--markdown) \
	  $(if $(FRESH),--fresh)

zoo-data: ## draw the images of the zoo's small networks (Tests/Zoo) into dist/zoo (NAMES; Python)
	@Scripts/zoo data $(NAMES)

zoo: ## train the zoo's networks anew (NAMES; Python with PyTorch)
	@Scripts/zoo train $(NAMES)

compare-accuracy: packages ## what int8 costs the zoo's networks, by method and beside ONNX Runtime and NNCF (NAMES; Python)
	@Scripts/zoo accuracy $(NAMES)

check-zoo: ## no network of the zoo is larger than it needs to be (NAMES; Python with PyTorch)
	@Scripts/zoo check $(NAMES)

benchmark-engine: packages ## start, memory, sizes, compile time, threads, instruction sets on the full-size network (BENCHMARKS.md)
	@Scripts/benchmark-engine

example-data: ## render the 10,000 evaluation images and the calibration images (Python)
	@Scripts/example-data

# With the effort that people get.
dist/face-attributes-normal.facet: $(BIN)/facet $(EXAMPLE)/face-attributes.onnx $(EXAMPLE)/recipe.json
	@mkdir -p dist
	@$(BIN)/facet compile $(EXAMPLE)/face-attributes.onnx --recipe $(EXAMPLE)/recipe.json -o $@

verify-example: packages example-data dist/face-attributes-normal.facet ## int8 against float on the 10,000 images
	$(BIN)/facet verify dist/face-attributes-normal.facet --against $(EXAMPLE)/face-attributes.onnx --recipe $(EXAMPLE)/recipe-strict.json --data $(EXAMPLE)/data/evaluation --gate

paper-scale: packages ## the full-size network: time and memory (Python with PyTorch)
	@Scripts/paper-scale

attribute-cost: packages ## the full-size network, after paper-scale: each attribute alone, one after another, deadlines
	@Scripts/attribute-cost

merge-scale: packages ## merging four networks at full size, after paper-scale: time, memory, scores
	@Scripts/merge-scale

run-memory: ## peak memory of the board's program on raw pixels
	@Scripts/run-memory

engine-size: ## code of the engine and its kernels, and the whole static program (BOARDS of targets; x86-64 with musl)
	@Scripts/engine-size $(if $(filter command line,$(origin BOARDS)),$(BOARDS))

format: ## format all Swift and C sources
	@swift format --in-place --recursive --parallel Package.swift Plugins Sources Tests
	@Scripts/format-c

lint: ## check the formatting of all Swift and C sources, the pages that are made from others, and links in pages
	@swift format lint --strict --recursive --parallel Package.swift Plugins Sources Tests
	@Scripts/format-c --check
	@Scripts/recipe-reference --check
	@Scripts/check-pages

pages: packages ## write the pages again that are made from the program and the schema: commands, operators, errors, recipe
	@Scripts/build facet facet-run
	@$(BIN)/facet explain --operators --markdown > docs/operators.md
	@$(BIN)/facet explain --markdown > docs/errors.md
	@Scripts/command-reference
	@Scripts/recipe-reference

onnx-proto: ## generate the ONNX decoder again from Formats/onnx/onnx.proto
	@Scripts/install-packages protobuf-c-compiler
	protoc-c --proto_path=Formats/onnx --c_out=Sources/COnnx onnx.proto
	mv Sources/COnnx/onnx.pb-c.h Sources/COnnx/include/onnx.pb-c.h

clean: ## remove all that was built (not the example's images)
	rm -rf .build .build-* dist .venv-example .venv-networks .venv-zoo

FORCE:

# boards, test-boards
-include boards.mk

# Boards: facet-run and the kernel test program in Embedded Swift, static and stripped, into dist/BOARD/.
#
#   make boards                          builds for all of BOARDS
#   make test-boards                     runs both programs under qemu-user: the kernels' checksum and the scores of a bundle must be
#                                        the workstation's
#   make test-boards BUNDLE=other.facet FLOAT_BUNDLE=float32.facet INPUT=image.ppm
#                                        with another int8 bundle that holds a self-test, a float32 one, and another input than noise
#   make compare-boards                  instructions of an inference beside other engines' (NETWORKS, CPUS, PEERS, PRECISIONS, FRESH=1;
#                                        Scripts/compare-boards, BENCHMARKS.md)
#   make test-boards-full                all kernel cases on each CPU (Cortex-A53, A76 and later; RISC-V vectors of 128, 256, 512 bits)

BOARDS ?= x86-64 x86-64-musl aarch64 armv7 riscv64
BUNDLE ?= dist/face-attributes.facet
FLOAT_BUNDLE ?= dist/face-attributes-float32.facet
INPUT ?=
BOARD_BUILD = .build-boards
CROSS_PACKAGES = gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-arm-linux-gnueabihf libc6-dev-armhf-cross gcc-riscv64-linux-gnu \
  libc6-dev-riscv64-cross musl-tools

# Those that compare-boards has CPUs of.
COMPARED_BOARDS = aarch64 armv7 riscv64

.PHONY: boards test-boards test-boards-full compare-boards board-packages $(addprefix board-,$(BOARDS))

boards: $(addprefix board-,$(BOARDS)) ## build the board's program for x86-64 (glibc and musl), aarch64, armv7 and riscv64

board-packages:
	@Scripts/install-packages qemu-user $(CROSS_PACKAGES)

$(addprefix board-,$(BOARDS)): board-%: board-packages
	@Scripts/build-board $* $(BOARD_BUILD)

# Bundles made for a board; one for any CPU runs on all of them, by other kernels.
BOARD_BUNDLES = $(patsubst %,dist/face-attributes.%.facet,$(filter aarch64 armv7 riscv64,$(BOARDS)))

test-boards: boards $(BUNDLE) $(FLOAT_BUNDLE) $(BOARD_BUNDLES) ## kernels, self-test and scores of all boards under qemu
	@Scripts/test-boards "$(BUNDLE)" "$(FLOAT_BUNDLE)" "$(INPUT)" $(BOARDS)

test-boards-full: ## the same, with all kernel cases on every kind of CPU and length of vectors
	@FULL=1 $(MAKE) --no-print-directory test-boards

compare-boards: packages $(addprefix board-,$(COMPARED_BOARDS)) ## instructions of an inference beside LiteRT, ONNX Runtime, ncnn, MNN (NETWORKS, CPUS, PEERS, PRECISIONS, FRESH)
	@Scripts/compare-boards $(if $(NETWORKS),--networks '$(NETWORKS)') $(if $(CPUS),--cpus '$(CPUS)') $(if $(PEERS),--peers '$(PEERS)') \
	  $(if $(PRECISIONS),--precisions '$(PRECISIONS)') $(if $(FRESH),--fresh)

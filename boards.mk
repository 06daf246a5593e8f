# Boards: facet-run and the kernel test program in Embedded Swift, static and stripped, into dist/BOARD/.
#
#   make boards                          builds for all of BOARDS
#   make test-boards                     runs both programs under qemu-user: the kernels' checksum and the scores of a bundle must be
#                                        the workstation's
#   make test-boards BUNDLE=other.facet INPUT=image.ppm
#                                        with another int8 bundle that holds a self-test, and another input than noise

BOARDS ?= x86-64 aarch64 armv7 riscv64
BUNDLE ?= dist/face-attributes.facet
INPUT ?=
BOARD_BUILD = .build-boards

.PHONY: boards test-boards board-packages $(addprefix board-,$(BOARDS))

boards: $(addprefix board-,$(BOARDS))

board-packages:
	@Scripts/install-board-packages.sh

$(addprefix board-,$(BOARDS)): board-%: board-packages
	@Scripts/build-board.sh $* $(BOARD_BUILD)

test-boards: boards $(BUNDLE)
	@Scripts/test-boards.sh "$(BUNDLE)" "$(INPUT)" $(BOARDS)

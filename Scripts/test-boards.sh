#!/bin/sh
# usage: test-boards.sh BUNDLE INPUT BOARD...      INPUT "" for a picture of noise made here
# Under qemu-user, for each board: the kernels' own tests, whose checksum must be the first board's, the bundle's self-test, and the
# bytes of the scores of one input, which must be the first board's with each of its instruction sets.
set -eu
bundle=$1
input=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

emulator() {
  case $1 in
  x86-64*) ;; # run as it is: emulators lack AVX-512
  aarch64*) echo qemu-aarch64 ;;
  armv7*) echo qemu-arm ;;
  riscv64*) echo qemu-riscv64 ;;
  *) echo "test-boards.sh: no emulator is known for $1" >&2; exit 1 ;;
  esac
}

# The same bytes each time; not of the network's size, so that the boards resize too.
if [ -z "$input" ]; then
  input=$work/noise.ppm
  python3 -c 'import random, sys
random.seed(1)
sys.stdout.buffer.write(b"P6 131 97 255\n" + random.randbytes(131 * 97 * 3))' >"$input"
fi
first=$1
for isa in scalar avx2 avx512vnni; do
  "dist/$first/facet-run" "$bundle" "$input" --isa "$isa" --dump-scores "$work/scores.$isa" >/dev/null 2>"$work/message" ||
    { grep -q '(S2)' "$work/message" && rm -f "$work/scores.$isa" && echo "$first: no $isa here" && continue; cat "$work/message" >&2; exit 1; }
  cmp "$work/scores.scalar" "$work/scores.$isa"
done
for board; do
  run=$(emulator "$board")
  $run "dist/$board/facet-kernel-test" >"$work/kernels.$board"
  checksum=$(grep -i checksum "$work/kernels.$board") || { cat "$work/kernels.$board"; echo "$board: no checksum" >&2; exit 1; }
  [ "$board" != "$first" ] || expected=$checksum
  [ "$checksum" = "$expected" ] || { echo "$board: kernels: $checksum, expected $expected" >&2; exit 1; }
  tested=$($run "dist/$board/facet-run" "$bundle" --self-test)
  for threads in 1 2; do
    $run "dist/$board/facet-run" "$bundle" "$input" --threads $threads --dump-scores "$work/scores.$board.$threads" >/dev/null
    cmp "$work/scores.scalar" "$work/scores.$board.$threads"
  done
  echo "$board: kernels $checksum; $tested; scores equal"
done

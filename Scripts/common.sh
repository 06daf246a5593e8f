# shellcheck shell=bash
# Read by the other scripts first: strict mode, the top of the repository as working directory, and how things are built and shown.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# Nothing here asks a question.
exec </dev/null
export LC_ALL=C.UTF-8

# The one configuration of the commands and of the tests, so that one build serves both. `swift test` alone would compile some
# modules again: build with `Scripts/build`, then test with --skip-build.
# shellcheck disable=SC2034
{
  configuration=(-c release -Xswiftc -enable-testing)
  binaries=.build/release
  example=Examples/face-attributes
}

# A heading; bold on a terminal.
section() {
  if [[ -t 1 ]]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n== %s\n' "$*"; fi
}

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

require_swift() {
  command -v swift >/dev/null || fail \
    "the Swift toolchain is missing. Install Swift 6.3 (https://www.swift.org/install) and put 'swift' on PATH."
}

# Before a build: without the headers of these the compiler's messages do not say what to do.
require_packages() {
  local missing
  missing=$(Scripts/install-packages --dry-run | sed -n 's/^Missing packages: //p')
  [[ -z $missing ]] || fail "these Debian packages are missing: $missing. 'make packages' installs them."
}

# Shows a command of Facet as a user would type it, then runs it from the build.
facet() {
  printf '$ facet %s\n' "$*"
  "$binaries/facet" "$@"
}

# A duration in seconds, for people.
duration() { printf '%d:%02d min' $(($1 / 60)) $(($1 % 60)); }

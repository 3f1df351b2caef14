#!/usr/bin/env bash
# The endpoint's zip, made twice: here, and from a copy of the sources in another folder that has built nothing before. Both are to be the
# same, byte by byte, and as small as they are said to be.  scripts/lambda-twice.sh [arm64|x86-64]…      default: arm64
set -uo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- arm64
most=4000000
elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$elsewhere"
passed=0 failed=0
judge() { # what, command…
  local what=$1
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)) && printf '[lambda-twice] %s\n' "$what"; fi
}
judge 'it could not be built here' scripts/lambda.sh "$@"
judge 'it could not be built elsewhere' "$elsewhere/scripts/lambda.sh" "$@"
for architecture in "$@"; do
  zip=target/lambda-$architecture/bootstrap/bootstrap.zip
  judge "$architecture: two builds are not the same" cmp "$zip" "$elsewhere/$zip"
  [ "$architecture" != arm64 ] || judge "$architecture: larger than $most bytes" test "$(stat -c %s "$zip")" -le "$most"
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]

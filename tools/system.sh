#!/usr/bin/env bash
# Install what the whole test suite uses from Debian: chromium (the browser test) and postgresql.
# Does nothing where both are here. Without root or apt it says what is missing and goes on:
# the tests that need it then say loudly that they are skipped, and CI fails on a skip.
set -uo pipefail
missing=()
command -v chromium >/dev/null 2>&1 || missing+=(chromium)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
fc-list 2>/dev/null | grep -qi "noto" || missing+=(fonts-noto-core)
[ ${#missing[@]} -eq 0 ] && exit 0
run=()
[ "$(id -u)" = 0 ] || run=(sudo -n)
if command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
  echo "system: installing ${missing[*]}" >&2
  export DEBIAN_FRONTEND=noninteractive
  "${run[@]}" apt-get update -qq >/dev/null 2>&1
  "${run[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 && exit 0
fi
echo "system: could not install ${missing[*]}; the tests that need them will be skipped, loudly" >&2
exit 0

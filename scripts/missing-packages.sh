#!/usr/bin/env bash
# Prints which of the named Debian packages are not installed. A name counts where an installed package provides it: on Debian 13
# libtcmalloc-minimal4 is a virtual name of libtcmalloc-minimal4t64.
set -uo pipefail
format='${db:Status-Status} ${Package}, ${Provides}\n'
installed=$(dpkg-query -W -f="$format" 2>/dev/null | sed -n 's/^installed //p' | sed 's/ *([^)]*)//g' | tr -s ', ' '\n')
for package in "$@"; do
  grep -qxF -- "$package" <<<"$installed" || echo "$package"
done

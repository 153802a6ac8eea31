#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# autogen.sh - makes configure from a checkout
set -e
cd "$(dirname "$0")"
exec autoreconf --install --force

#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What must hold on every mail server, on Postfix.
. "$(dirname "$0")/core.sh" postfix

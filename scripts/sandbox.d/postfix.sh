# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# postfix.sh - a private Postfix from a configuration directory of its own

mta_configure() {
	mkdir -p "$dir"/mta/{conf,queue,data}
	chown postfix "$dir/mta/data"
	chmod 700 "$dir/mta/data"
	fill main.cf >"$dir/mta/conf/main.cf"
	fill master.cf >"$dir/mta/conf/master.cf"
}

mta_is_running() {
	postfix -c "$dir/mta/conf" status >/dev/null 2>&1
}

mta_start() {
	(become postfix postfix -c "$dir/mta/conf" start)
}

mta_stop() {
	postfix -c "$dir/mta/conf" stop
}

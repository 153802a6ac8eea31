# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# sendmail.sh - a private Sendmail from its unpacked packages, beside any mail server that
# is installed

# Downloads once; unpacks for each sandbox.
sendmail_unpack() {
	local cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/chaperone/sendmail package
	local packages=(sendmail-base sendmail-bin sendmail-cf)
	mkdir -p "$cache"
	ls "$cache"/sendmail-{base,bin,cf}_*.deb >/dev/null 2>&1 || {
		say "downloading ${packages[*]} to $cache"
		cd "$cache"
		apt-get download -q "${packages[@]}" || {
			apt-get update -q && apt-get download -q "${packages[@]}"
		}
		cd - >/dev/null
	} >&2
	for package in "$cache"/*.deb; do
		dpkg -x "$package" "$dir/mta/root"
	done
}

# The folder of the login library's plugins: the one place that is sure to exist where
# it also looks for a program's settings.
sasl_plugins() {
	dirname "$(find /usr/lib -path '*/sasl2/libplain.so' | head -n 1)"
}

# Any login is good: see login.py.
sendmail_configure_login() {
	cp -r "$(sasl_plugins)" "$dir/mta/sasl2"
	printf '%s\n' 'pwcheck_method: saslauthd' 'mech_list: PLAIN' \
		"saslauthd_path: $dir/run/login.sock" >"$dir/mta/sasl2/Sendmail.conf"
}

mta_configure() {
	local conf=$dir/mta/conf cf=$dir/mta/root/usr/share/sendmail/cf
	sendmail_unpack
	mkdir -p "$conf" "$dir/mta/queue"
	chmod 700 "$dir/mta/queue"
	touch "$conf"/{aliases,local-host-names,helpfile}
	echo '127.0.0.1 mail.agency.example mail localhost' >"$conf/hosts"
	fill sendmail.mc >"$conf/sendmail.mc"
	# L=0: lines are not folded.
	m4 -D_CF_DIR_="$cf/" "$cf/m4/cf.m4" "$conf/sendmail.mc" 2>"$dir/log/m4.log" |
		sed 's/\bL=990\b/L=0/' >"$conf/sendmail.cf"
	sendmail_configure_login
}

mta_is_running() {
	is_alive sendmail && is_alive login
}

# In namespaces of its own: a host name with dots, else each start sleeps for a minute;
# a hosts file that knows it; the settings of the login.
mta_start() {
	is_alive login || detach login "$parts/login.py" "$dir/run/login.sock"
	is_alive sendmail || detach sendmail unshare --uts --mount sh -euc "
		mount --bind $dir/mta/conf/hosts /etc/hosts
		mount --bind $dir/mta/sasl2 $(sasl_plugins)
		hostname mail.agency.example
		sendmail=$dir/mta/root/usr/libexec/sendmail/sendmail
		\$sendmail -C $dir/mta/conf/sendmail.cf -bi
		exec \$sendmail -C $dir/mta/conf/sendmail.cf -bD -q2s"
}

mta_stop() {
	terminate sendmail
	terminate login
}

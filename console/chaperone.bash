# SPDX-License-Identifier: Apache-2.0
#
# Completion of chaperone(1) in bash.  The command knows its own words; where it has
# none to offer (a value, a file), file names are.

_chaperone()
{
	local word=${COMP_WORDS[COMP_CWORD]}
	local found

	found=$("${COMP_WORDS[0]}" --complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) ||
		return
	mapfile -t COMPREPLY < <(compgen -W "$found" -- "$word")
}

complete -o default -F _chaperone chaperone

"""How bash, zsh and fish ask bitools what a word may become: `bitools --complete WORDS…` (`cli.complete`).

The first line of the answer says what kind of word it is: `words` that follow, `files`, or nothing.
"""

from __future__ import annotations

from pathlib import Path

PLACES = {
    "bash": Path("/etc/bash_completion.d/bitools"),
    "zsh": Path("/usr/local/share/zsh/site-functions/_bitools"),
    "fish": Path("/etc/fish/completions/bitools.fish"),
}
_BASH = """\
_bitools() {
    local answer
    mapfile -t answer < <("${COMP_WORDS[0]}" --complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    COMPREPLY=("${answer[@]:1}")
    [[ ${answer[0]} != files ]] || compopt -o default
    [[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace
}
complete -F _bitools bitools
"""
_ZSH = """\
#compdef bitools
_bitools() {
    local -a answer
    answer=("${(@f)$("${words[1]}" --complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ ${answer[1]} == files ]]; then
        _files
    else
        compadd -- "${(@)answer[2,-1]}"
    fi
}
if [[ ${funcstack[1]} == _bitools ]]; then _bitools "$@"; else compdef _bitools bitools; fi
"""
_FISH = """\
function __bitools_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l answer ($words[1] --complete $words[2..-1] 2>/dev/null)
    if test "$answer[1]" = files
        __fish_complete_path (commandline -ct)
    else
        printf '%s\\n' $answer[2..-1]
    end
end
complete -c bitools -f -a '(__bitools_complete)'
"""


def script(shell: str) -> str:
    """What a shell reads. `shell` is a key of PLACES."""
    head = "# written by `bitools setup`, which replaces it\n"
    body = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}[shell]
    if shell == "zsh":  # whose first line says what it completes
        first, rest = body.split("\n", 1)
        return f"{first}\n{head}{rest}"
    return head + body

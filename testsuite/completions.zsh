#!/usr/bin/env zsh
# completions.zsh FOLDER: what zsh offers, with the functions in that folder, for each line of stdin; one word a line, then an
# empty one. It types into a zsh of its own, as completion is only to be had at a prompt.
if [[ $2 = typed-into ]]; then
    PS1= RPS1=
    unset zle_bracketed_paste
    unsetopt prompt_cr prompt_sp
    fpath=($1 $fpath)
    autoload -Uz compinit
    compinit -D -u
    bindkey '^I' complete-word
    zstyle ':completion:*' list-separator ''
    compadd() {
        if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
            builtin compadd "$@"
            return
        fi
        local -a offered
        builtin compadd -A offered "$@"
        (( $#offered )) && print -l -- "<"$^offered">"
        return 0
    }
    ended() { print '<END>' }
    before() { comppostfuncs=(ended); compprefuncs=(before) }     # each is called once
    before
    print '<END>'
    return
fi

await_end() {
    local line
    while zpty -r typist line && [[ $line != *'<END>'* ]]; do
        [[ $line != *'<'*'>'* ]] || print -r -- ${${line#*<}%>*}
    done
}

zmodload zsh/zpty
zpty typist env TERM=dumb zsh -f -i
zpty -w typist "stty -echo; source ${0:A} $1 typed-into"
await_end >/dev/null
while IFS= read -r line; do
    zpty -w -n typist "$line"$'\t'
    await_end
    print
    zpty -w -n typist $'\x15'
done
zpty -d typist

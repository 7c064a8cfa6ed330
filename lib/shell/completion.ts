import type { Shell } from './shells.js';
import { quoted } from './shells.js';

/** Absolute paths of our programs. */
export interface Programs {
  safenet: string;
  create: string;
}

/** Completion of our two programs for a shell. Each is asked itself, with the hidden command `__complete`. */
export function completionScript(shell: Shell, { safenet, create }: Programs): string {
  return scripts[shell]({ safenet: quoted(safenet, shell), create: quoted(create, shell) });
}

// Bash cuts words at `:` and `=`, so they are put together again from the line, and what comes back is cut at the same place.
const forBash = ({ safenet, create }: Programs): string => `# Completion of incus-safenet and incus-network-create.
# To load it: eval "$(incus-safenet completion bash)"
__incus_safenet_complete() {
  local line=\${COMP_LINE:0:COMP_POINT} program=${safenet} cut= directive out part piece i
  local -a words=()
  case \${1##*/} in incus-network-create*) program=${create} ;; esac

  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=\${COMP_WORDS[i]}
    if [[ $i = 0 || $line = [[:space:]]* ]]; then
      line=\${line#"\${line%%[![:space:]]*}"}
      words+=('')
    fi
    if [[ $i = "$COMP_CWORD" ]]; then piece=$line; fi
    line=\${line#"$piece"}
    words[\${#words[@]} - 1]+=\${piece//[\\"\\'\\\\]/}
  done

  out=$(INCUS_ALIASES= "$program" __complete "\${words[@]:1}" 2>/dev/null) || return 0
  directive=\${out##*:}
  out=\${out%:*}
  for piece in : =; do
    part=\${words[\${#words[@]} - 1]}
    if [[ $COMP_WORDBREAKS = *"$piece"* && $part = *"$piece"* ]]; then
      part=\${part%"$piece"*}$piece
      if (( \${#part} > \${#cut} )); then cut=$part; fi
    fi
  done

  COMPREPLY=()
  while IFS= read -r piece; do
    piece=\${piece%%$'\\t'*}
    if [[ -n $piece ]]; then COMPREPLY+=("\${piece#"$cut"}"); fi
  done <<<"$out"
  if (( directive & 2 )); then compopt -o nospace 2>/dev/null; fi
  return 0
}
complete -F __incus_safenet_complete incus-safenet incus-network-create
`;

const forZsh = ({ safenet, create }: Programs): string => `#compdef incus-safenet incus-network-create
# To load it, after compinit: eval "$(incus-safenet completion zsh)"
_incus_safenet() {
  emulate -L zsh
  local program=${safenet} line
  local -a lines plain shown extra
  if [[ \${words[1]:t} = incus-network-create* ]]; then program=${create}; fi

  lines=("\${(@f)$(INCUS_ALIASES= $program __complete "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  if (( \${lines[-1]#:} & 2 )); then extra=(-S ''); fi
  for line in "\${(@)lines[1,-2]}"; do
    plain+=("\${line%%$'\\t'*}")
    shown+=("\${line/$'\\t'/  -- }")
  done
  if [[ "$lines" = *$'\\t'* ]]; then extra+=(-l); fi
  compadd "\${(@)extra}" -d shown -- "\${(@)plain}"
}
if [[ \${funcstack[1]-} = _incus-safenet ]]; then
  _incus_safenet "$@"
elif (( \${+functions[compdef]} )); then
  compdef _incus_safenet incus-safenet incus-network-create
fi
`;

const forFish = ({ safenet, create }: Programs): string => `# Completion of incus-safenet and incus-network-create.
# To load it: incus-safenet completion fish | source
function __incus_safenet_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l program ${safenet}
    if string match -q '*incus-network-create*' -- $words[1]
        set program ${create}
    end
    set -l lines (INCUS_ALIASES= $program __complete $words[2..-1] 2>/dev/null)
    if set -q lines[2]
        printf '%s\\n' $lines[1..-2]
    end
end
complete -c incus-safenet -f -a '(__incus_safenet_complete)'
complete -c incus-network-create -f -a '(__incus_safenet_complete)'
`;

const scripts: Record<Shell, (programs: Programs) => string> = { bash: forBash, zsh: forZsh, fish: forFish };

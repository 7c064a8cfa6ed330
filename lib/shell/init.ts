import type { Shell } from './shells.js';
import { quoted } from './shells.js';

export interface InitOptions {
  /** Absolute path of incus-network-create. */
  program: string;
  /** Flags that take no value, with their dashes. */
  switches: readonly string[];
}

/**
 * The function `incus` for a shell. It finds the subcommand as the native client does (stripFlags of cobra 1.8): a flag
 * that is not known as a switch takes the next word with it, unless it holds a `=`. It needs no subprocess for that, and
 * all calls but those that begin with a flag or with `network` cost one comparison.
 */
export function shellInit(shell: Shell, { program, switches }: InitOptions): string {
  const word = quoted(program, shell);
  if (shell === 'fish') return `${purpose('incus-safenet shell-init fish | source')}\n${fishFunction(word, switches)}`;

  return `${purpose(`eval "$(incus-safenet shell-init ${shell})"`)}\n${bashFunction(word, switches)}`;
}

const purpose = (howToLoad: string): string => `# incus network create goes to incus-network-create; everything else goes to incus as it is.
# To load it: ${howToLoad}`;

// For bash since 3.2 and zsh. Two things keep it out of the way of others:
// - a local variable is exported where the user exports one of its name, hence the long names;
// - "incus ()" would expand an alias called incus and define another function, "function incus" does not.
const bashFunction = (program: string, switches: readonly string[]): string => `function incus {
  case \${1-list} in
    network | -* | '') ;;
    *) command incus "$@"; return ;;
  esac

  local _safenet_word _safenet_at=0 _safenet_network=0 _safenet_create=0 _safenet_value=
  for _safenet_word in "$@"; do
    _safenet_at=$((_safenet_at + 1))
    if [[ -n $_safenet_value ]]; then _safenet_value=; continue; fi
    case $_safenet_word in
      --) break ;;
      ${switches.join(' | ')}) ;;
      -*=*) ;;
      --?* | -?) _safenet_value=next ;;
      -* | '') ;;
      network) if [[ $_safenet_network = 0 ]]; then _safenet_network=$_safenet_at; else break; fi ;;
      create | add) if [[ $_safenet_network != 0 ]]; then _safenet_create=$_safenet_at; fi; break ;;
      *) break ;;
    esac
  done

  if [[ $_safenet_create = 0 ]]; then
    command incus "$@"
  else
    command ${program} "\${@:1:$((_safenet_network - 1))}" "\${@:$((_safenet_network + 1)):$((_safenet_create - _safenet_network - 1))}" "\${@:$((_safenet_create + 1))}"
  fi
}
if alias incus >/dev/null 2>&1; then
  echo 'incus-safenet: an alias called incus hides the function, so incus network create is not checked; unalias incus' >&2
fi
`;

const fishFunction = (program: string, switches: readonly string[]): string => `function incus --description 'Incus; incus network create goes to incus-network-create'
    switch "$argv[1]"
        case network '-*' ''
        case '*'
            command incus $argv
            return
    end

    set -l rest
    set -l state root
    set -l value no
    for word in $argv
        if test $state = create; or test $value = next
            set value no
            set -a rest $word
            continue
        end
        switch $word
            case --
                break
            case ${switches.join(' ')}
                set -a rest $word
            case '-*=*'
                set -a rest $word
            case '--?*' '-?'
                set value next
                set -a rest $word
            case '-*' ''
                set -a rest $word
            case network
                test $state = root; or break
                set state network
            case create add
                test $state = network; or break
                set state create
            case '*'
                break
        end
    end

    if test $state = create
        command ${program} $rest
    else
        command incus $argv
    end
end
`;

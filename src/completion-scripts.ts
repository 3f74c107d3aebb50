/** What the shells complete. */
export interface Completions {
  readonly commands: readonly string[];
  /** Of `run`. */
  readonly flags: readonly Flag[];
}

export interface Flag {
  /** `--recursive`, and `-r` where there is one. */
  readonly names: readonly string[];
  readonly takesValue: boolean;
  /** Where only some values make sense. */
  readonly choices: readonly string[];
  readonly description: string;
}

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/**
 * The script that makes a shell complete commands, flags of `run`, their values, and tasks, for which it asks the runner. What
 * follows a task is the task's own: the shell completes file names there. No name is ever evaluated.
 */
export function completionScript(shell: Shell, completions: Completions): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](completions);
}

function bashScript({ commands, flags }: Completions): string {
  return `# bash completion of reprise: \`source <(reprise completions bash)\`
_reprise() {
  local line="\${COMP_LINE:0:COMP_POINT}" current= command word last= skip=0 prefix candidate
  local -a words candidates=()
  read -ra words <<< "$line"
  # Words that bash itself would break at '=', ':' or '@'.
  if [[ $line != *[[:space:]] ]]; then current="\${words[\${#words[@]}-1]}"; unset "words[\${#words[@]}-1]"; fi
  command="\${words[1]-}"
  COMPREPLY=()
  if (( \${#words[@]} < 2 )); then
    candidates=(${bashWords(commands)})
  elif [[ $command == completions ]]; then
    candidates=(${bashWords(shells)})
  elif [[ $command == run || $command == why ]]; then
    for word in "\${words[@]:2}"; do
      if (( skip )); then skip=0; last=; continue; fi
      case $word in
        ${valueFlags(flags).join('|')}) skip=1; last=$word ;;
        -*) ;;
        *) return ;;
      esac
    done
    case "$last:$current" in
${choicesOf(flags)
  .map(
    ({ names, choices }) =>
      `      ${names.map((name) => `${name}:*`).join('|')}) candidates=(${bashWords(choices)}) ;;\n      ${names.map((name) => `:${name}=*`).join('|')}) candidates=(${bashWords(choices.map((choice) => `${names.at(-1)}=${choice}`))}) ;;`,
  )
  .join('\n')}
      ?*:*) return ;;
      :-*) candidates=(${bashWords(flagNames(flags))}) ;;
      *) while IFS= read -r candidate; do candidates+=("$candidate"); done < <("\${words[0]}" completions --tasks -- "\${words[@]:2}" 2>/dev/null) ;;
    esac
  else
    return
  fi
  prefix="\${current%"\${COMP_WORDS[COMP_CWORD]}"}"
  case "\${COMP_WORDS[COMP_CWORD]}" in =|:|@) prefix=$current ;; esac
  for candidate in "\${candidates[@]}"; do
    if [[ $candidate == "$current"* ]]; then printf -v candidate %q "\${candidate#"$prefix"}"; COMPREPLY+=("$candidate"); fi
  done
}
complete -o default -F _reprise reprise rp
`;
}

function zshScript({ commands, flags }: Completions): string {
  const described = flags.flatMap(({ names, description }) => names.map((name) => `${name}:${description}`));
  return `#compdef reprise rp
# zsh completion of reprise: a file \`_reprise\` in a directory of $fpath, or \`source <(reprise completions zsh)\`
_reprise() {
  local -a flags candidates
  local word last= skip=0
  flags=(${bashWords(described)})
  if (( CURRENT == 2 )); then
    candidates=(${bashWords(commands)}); compadd -a candidates; return
  fi
  if [[ $words[2] == completions ]]; then
    candidates=(${bashWords(shells)}); compadd -a candidates; return
  fi
  if [[ $words[2] != run && $words[2] != why ]]; then _files; return; fi
  for word in "\${(@)words[3,CURRENT-1]}"; do
    if (( skip )); then skip=0; last=; continue; fi
    case $word in
      ${valueFlags(flags).join('|')}) skip=1; last=$word ;;
      -*) ;;
      *) _files; return ;;
    esac
  done
  case "$last:$words[CURRENT]" in
${choicesOf(flags)
  .map(
    ({ names, choices }) =>
      `    ${names.map((name) => `${name}:*`).join('|')}) candidates=(${bashWords(choices)}); compadd -a candidates ;;\n    ${names.map((name) => `:${name}=*`).join('|')}) candidates=(${bashWords(choices.map((choice) => `${names.at(-1)}=${choice}`))}); compadd -a candidates ;;`,
  )
  .join('\n')}
    ?*:*) _files ;;
    :-*) _describe -o flag flags ;;
    *) candidates=("\${(@f)$("$words[1]" completions --tasks -- "\${(@)words[3,CURRENT-1]}" 2>/dev/null)}"); compadd -a candidates ;;
  esac
}
if [[ $funcstack[1] == _reprise ]]; then _reprise "$@"; else compdef _reprise reprise rp; fi
`;
}

function fishScript({ commands, flags }: Completions): string {
  const flagLines = flags.map(({ names, takesValue, choices, description }) => {
    const spelled = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
    const value = choices.length > 0 ? [`-x -a ${fishWord(choices.join(' '))}`] : takesValue ? ['-r'] : [];
    return `complete -c reprise -n __reprise_wants_task ${[...spelled, ...value].join(' ')} -d ${fishWord(description)}`;
  });
  return `# fish completion of reprise: \`reprise completions fish | source\`
function __reprise_wants_task
  set -l words (commandline -opc)
  test (count $words) -ge 2; and contains -- $words[2] run why; or return 1
  set -l skip 0
  for word in $words[3..-1]
    if test $skip = 1
      set skip 0
    else if contains -- $word ${valueFlags(flags).join(' ')}
      set skip 1
    else if not string match -q -- '-*' $word
      return 1
    end
  end
  test $skip = 0
end
function __reprise_tasks
  set -l words (commandline -opc)
  $words[1] completions --tasks -- $words[3..-1] 2>/dev/null
end
complete -c reprise -n 'test (count (commandline -opc)) -eq 1' -f -a ${fishWord(commands.join(' '))}
complete -c reprise -n 'contains -- completions (commandline -opc)[2]' -f -a ${fishWord(shells.join(' '))}
complete -c reprise -n __reprise_wants_task -f -a '(__reprise_tasks)'
${flagLines.join('\n')}
complete -c rp -w reprise
`;
}

function valueFlags(flags: readonly Flag[]): string[] {
  return flags.filter(({ takesValue }) => takesValue).flatMap(({ names }) => names);
}

function choicesOf(flags: readonly Flag[]): Flag[] {
  return flags.filter(({ choices }) => choices.length > 0);
}

function flagNames(flags: readonly Flag[]): string[] {
  return flags.flatMap(({ names }) => names);
}

function bashWords(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
}

function fishWord(word: string): string {
  return `'${word.replace(/[\\']/g, String.raw`\$&`)}'`;
}

# Completes the command lines of opspolicy in bash; `opspolicy completion bash` prints it.
# Made by `make docs` with shtab (https://github.com/tqdm/shtab) from the commands themselves.

_shtab_opspolicy_subparsers=(check completion config diff explain graph import init notices rules schema site suggest test timeline waivers)

_shtab_opspolicy_check_option_strings=(-h --help -C --config --as-of --horizon --delay --extend --down --base --new-only --skip-unrelated --with --select --ignore --no-waivers --fail-on --allow-empty --no-cache --jobs --format --output --statistics --color -q --quiet -v --verbose)
_shtab_opspolicy_completion_option_strings=(-h --help)
_shtab_opspolicy_config_option_strings=(-h --help -C --config --as-of --horizon --fail-on --base --no-cache --format)
_shtab_opspolicy_diff_option_strings=(-h --help -C --config --as-of --horizon --format --no-cache --color -v --verbose)
_shtab_opspolicy_explain_option_strings=(-h --help -C --config --at --timezone --scheduler --start --count --as-of --horizon --delay --extend --down --language --format --base --no-cache --color -v --verbose)
_shtab_opspolicy_graph_option_strings=(-h --help -C --config --as-of --horizon --impact --service --team --delay --extend --down --format --output --no-cache --color -v --verbose)
_shtab_opspolicy_import_option_strings=(-h --help --name --owner --timezone --scheduler --as --vendor --takes-down)
_shtab_opspolicy_init_option_strings=(-h --help -C --hook --workflow --schemas --from --dry-run)
_shtab_opspolicy_notices_option_strings=(-h --help -C --config --as-of --horizon --templates --output --format --no-cache)
_shtab_opspolicy_rules_option_strings=(-h --help -C --config --format)
_shtab_opspolicy_schema_option_strings=(-h --help --write)
_shtab_opspolicy_site_option_strings=(-h --help -C --config --as-of --horizon --no-cache -q --quiet)
_shtab_opspolicy_suggest_option_strings=(-h --help -C --config --as-of --horizon --apply --diff --pick --count --format --no-cache -v --verbose)
_shtab_opspolicy_test_option_strings=(-h --help -C --config --filter --require-tests --packs --from-finding --write --as-of --horizon --no-cache --format --output -q --quiet -v --verbose)
_shtab_opspolicy_timeline_option_strings=(-h --help -C --config --as-of --horizon --from --until --timezone --all --service --team --delay --extend --down --format --output --no-cache --color -v --verbose)
_shtab_opspolicy_waivers_option_strings=(-h --help -C --config --as-of --horizon --no-cache --format)
_shtab_opspolicy_option_strings=(-h --help --version)

_shtab_opspolicy_check_pos_0_COMPGEN=_shtab_compgen_files
_shtab_opspolicy_check__C_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_check___config_COMPGEN=_shtab_compgen_files
_shtab_opspolicy_check___base_COMPGEN=_opspolicy_refs
_shtab_opspolicy_check___with_COMPGEN=_opspolicy_refs
_shtab_opspolicy_config__C_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_config___config_COMPGEN=_shtab_compgen_files
_shtab_opspolicy_config___base_COMPGEN=_opspolicy_refs
_shtab_opspolicy_diff_pos_0_COMPGEN=_opspolicy_refs
_shtab_opspolicy_diff_pos_1_COMPGEN=_opspolicy_refs
_shtab_opspolicy_diff__C_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_diff___config_COMPGEN=_shtab_compgen_files
_shtab_opspolicy_explain__C_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_explain___config_COMPGEN=_shtab_compgen_files
_shtab_opspolicy_explain___base_COMPGEN=_opspolicy_refs
_shtab_opspolicy_graph__C_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_graph___config_COMPGEN=_shtab_compgen_files
_shtab_opspolicy_import_pos_1_COMPGEN=_shtab_compgen_files
_shtab_opspolicy_init__C_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_notices__C_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_notices___config_COMPGEN=_shtab_compgen_files
_shtab_opspolicy_notices___templates_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_notices___output_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_rules__C_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_rules___config_COMPGEN=_shtab_compgen_files
_shtab_opspolicy_schema___write_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_site_pos_0_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_site__C_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_site___config_COMPGEN=_shtab_compgen_files
_shtab_opspolicy_suggest__C_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_suggest___config_COMPGEN=_shtab_compgen_files
_shtab_opspolicy_test_pos_0_COMPGEN=_shtab_compgen_files
_shtab_opspolicy_test__C_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_test___config_COMPGEN=_shtab_compgen_files
_shtab_opspolicy_test___write_COMPGEN=_shtab_compgen_files
_shtab_opspolicy_timeline__C_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_timeline___config_COMPGEN=_shtab_compgen_files
_shtab_opspolicy_waivers_pos_0_COMPGEN=_shtab_compgen_files
_shtab_opspolicy_waivers__C_COMPGEN=_shtab_compgen_dirs
_shtab_opspolicy_waivers___config_COMPGEN=_shtab_compgen_files

_shtab_opspolicy_check___select_choices=(internal-error unreadable-file invalid-yaml schema-violation unknown-reference duplicate-name dependency-cycle missing-owner unused-declaration empty-scope unknown-holidays job-cycle not-imported invalid-schedule never-runs schedule-in-dst-transition ambiguous-day-fields overlapping-runs misleading-comment missing-timezone undeclared-scheduler unknown-duration beyond-horizon outage-in-business-hours outage-during-induced-demand run-during-outage outage-too-long redundancy-lost downtime-budget-exceeded degraded-in-business-hours colliding-maintenance deadline-missed runs-before-predecessor outage-in-freeze outage-outside-maintenance-hours short-notice missing-approval no-legal-slot missing-notice notice-channel-down support-unstaffed missing-continuity-plan vendor-support-gap vendor-obligation-missing vendor-notice-short expired-waiver unused-waiver unapproved-waiver weakened-policy custom OPS000 OPS001 OPS002 OPS003 OPS101 OPS102 OPS103 OPS104 OPS105 OPS106 OPS107 OPS108 OPS109 OPS201 OPS202 OPS203 OPS204 OPS205 OPS206 OPS207 OPS208 OPS209 OPS210 OPS301 OPS302 OPS303 OPS304 OPS305 OPS306 OPS307 OPS308 OPS401 OPS402 OPS501 OPS502 OPS503 OPS504 OPS505 OPS601 OPS602 OPS603 OPS604 OPS701 OPS702 OPS703 OPS801 OPS802 OPS803 OPS804 OPS900)
_shtab_opspolicy_check___ignore_choices=(internal-error unreadable-file invalid-yaml schema-violation unknown-reference duplicate-name dependency-cycle missing-owner unused-declaration empty-scope unknown-holidays job-cycle not-imported invalid-schedule never-runs schedule-in-dst-transition ambiguous-day-fields overlapping-runs misleading-comment missing-timezone undeclared-scheduler unknown-duration beyond-horizon outage-in-business-hours outage-during-induced-demand run-during-outage outage-too-long redundancy-lost downtime-budget-exceeded degraded-in-business-hours colliding-maintenance deadline-missed runs-before-predecessor outage-in-freeze outage-outside-maintenance-hours short-notice missing-approval no-legal-slot missing-notice notice-channel-down support-unstaffed missing-continuity-plan vendor-support-gap vendor-obligation-missing vendor-notice-short expired-waiver unused-waiver unapproved-waiver weakened-policy custom OPS000 OPS001 OPS002 OPS003 OPS101 OPS102 OPS103 OPS104 OPS105 OPS106 OPS107 OPS108 OPS109 OPS201 OPS202 OPS203 OPS204 OPS205 OPS206 OPS207 OPS208 OPS209 OPS210 OPS301 OPS302 OPS303 OPS304 OPS305 OPS306 OPS307 OPS308 OPS401 OPS402 OPS501 OPS502 OPS503 OPS504 OPS505 OPS601 OPS602 OPS603 OPS604 OPS701 OPS702 OPS703 OPS801 OPS802 OPS803 OPS804 OPS900)
_shtab_opspolicy_check___fail_on_choices=(error warning info never)
_shtab_opspolicy_check___format_choices=(github gitlab html json junit markdown sarif text)
_shtab_opspolicy_check___color_choices=(auto always never)
_shtab_opspolicy_completion_pos_0_choices=(bash fish zsh)
_shtab_opspolicy_config___fail_on_choices=(error warning info never)
_shtab_opspolicy_config___format_choices=(text json)
_shtab_opspolicy_diff___format_choices=(text markdown json html)
_shtab_opspolicy_diff___color_choices=(auto always never)
_shtab_opspolicy_explain_pos_0_choices=(schedule internal-error unreadable-file invalid-yaml schema-violation unknown-reference duplicate-name dependency-cycle missing-owner unused-declaration empty-scope unknown-holidays job-cycle not-imported invalid-schedule never-runs schedule-in-dst-transition ambiguous-day-fields overlapping-runs misleading-comment missing-timezone undeclared-scheduler unknown-duration beyond-horizon outage-in-business-hours outage-during-induced-demand run-during-outage outage-too-long redundancy-lost downtime-budget-exceeded degraded-in-business-hours colliding-maintenance deadline-missed runs-before-predecessor outage-in-freeze outage-outside-maintenance-hours short-notice missing-approval no-legal-slot missing-notice notice-channel-down support-unstaffed missing-continuity-plan vendor-support-gap vendor-obligation-missing vendor-notice-short expired-waiver unused-waiver unapproved-waiver weakened-policy custom OPS000 OPS001 OPS002 OPS003 OPS101 OPS102 OPS103 OPS104 OPS105 OPS106 OPS107 OPS108 OPS109 OPS201 OPS202 OPS203 OPS204 OPS205 OPS206 OPS207 OPS208 OPS209 OPS210 OPS301 OPS302 OPS303 OPS304 OPS305 OPS306 OPS307 OPS308 OPS401 OPS402 OPS501 OPS502 OPS503 OPS504 OPS505 OPS601 OPS602 OPS603 OPS604 OPS701 OPS702 OPS703 OPS801 OPS802 OPS803 OPS804 OPS900)
_shtab_opspolicy_explain___scheduler_choices=(cron kubernetes github-actions systemd quartz eventbridge airflow)
_shtab_opspolicy_explain___language_choices=(en fr)
_shtab_opspolicy_explain___format_choices=(text markdown json html)
_shtab_opspolicy_explain___color_choices=(auto always never)
_shtab_opspolicy_graph___format_choices=(text mermaid dot json svg html)
_shtab_opspolicy_graph___color_choices=(auto always never)
_shtab_opspolicy_import_pos_0_choices=(alertmanager argocd backstage compose crontab github-actions icalendar kubernetes statuspage systemd terraform)
_shtab_opspolicy_import___scheduler_choices=(cron kubernetes github-actions systemd quartz eventbridge airflow)
_shtab_opspolicy_import___as_choices=(maintenance_windows freezes calendars)
_shtab_opspolicy_notices___format_choices=(text json)
_shtab_opspolicy_rules_pos_0_choices=(internal-error unreadable-file invalid-yaml schema-violation unknown-reference duplicate-name dependency-cycle missing-owner unused-declaration empty-scope unknown-holidays job-cycle not-imported invalid-schedule never-runs schedule-in-dst-transition ambiguous-day-fields overlapping-runs misleading-comment missing-timezone undeclared-scheduler unknown-duration beyond-horizon outage-in-business-hours outage-during-induced-demand run-during-outage outage-too-long redundancy-lost downtime-budget-exceeded degraded-in-business-hours colliding-maintenance deadline-missed runs-before-predecessor outage-in-freeze outage-outside-maintenance-hours short-notice missing-approval no-legal-slot missing-notice notice-channel-down support-unstaffed missing-continuity-plan vendor-support-gap vendor-obligation-missing vendor-notice-short expired-waiver unused-waiver unapproved-waiver weakened-policy custom OPS000 OPS001 OPS002 OPS003 OPS101 OPS102 OPS103 OPS104 OPS105 OPS106 OPS107 OPS108 OPS109 OPS201 OPS202 OPS203 OPS204 OPS205 OPS206 OPS207 OPS208 OPS209 OPS210 OPS301 OPS302 OPS303 OPS304 OPS305 OPS306 OPS307 OPS308 OPS401 OPS402 OPS501 OPS502 OPS503 OPS504 OPS505 OPS601 OPS602 OPS603 OPS604 OPS701 OPS702 OPS703 OPS801 OPS802 OPS803 OPS804 OPS900)
_shtab_opspolicy_rules___format_choices=(text json)
_shtab_opspolicy_schema_pos_0_choices=(estate config policies test team calendar service job maintenance-window freeze vendor waiver diff explanation graph notices report policy-explanation schedule-explanation suggestions test-results waiver-list)
_shtab_opspolicy_suggest___format_choices=(text json)
_shtab_opspolicy_test___format_choices=(text json junit)
_shtab_opspolicy_timeline___format_choices=(text svg html ics)
_shtab_opspolicy_timeline___color_choices=(auto always never)
_shtab_opspolicy_waivers___format_choices=(text json)
_shtab_opspolicy_pos_0_choices=(check completion config diff explain graph import init notices rules schema site suggest test timeline waivers)

_shtab_opspolicy_check_pos_0_nargs='*'
_shtab_opspolicy_check__h_nargs=0
_shtab_opspolicy_check___help_nargs=0
_shtab_opspolicy_check___new_only_nargs=0
_shtab_opspolicy_check___skip_unrelated_nargs=0
_shtab_opspolicy_check___no_waivers_nargs=0
_shtab_opspolicy_check___allow_empty_nargs=0
_shtab_opspolicy_check___no_cache_nargs=0
_shtab_opspolicy_check___statistics_nargs=0
_shtab_opspolicy_check__q_nargs=0
_shtab_opspolicy_check___quiet_nargs=0
_shtab_opspolicy_check__v_nargs=0
_shtab_opspolicy_check___verbose_nargs=0
_shtab_opspolicy_completion__h_nargs=0
_shtab_opspolicy_completion___help_nargs=0
_shtab_opspolicy_config__h_nargs=0
_shtab_opspolicy_config___help_nargs=0
_shtab_opspolicy_config___no_cache_nargs=0
_shtab_opspolicy_diff__h_nargs=0
_shtab_opspolicy_diff___help_nargs=0
_shtab_opspolicy_diff___no_cache_nargs=0
_shtab_opspolicy_diff__v_nargs=0
_shtab_opspolicy_diff___verbose_nargs=0
_shtab_opspolicy_explain_pos_0_nargs='*'
_shtab_opspolicy_explain__h_nargs=0
_shtab_opspolicy_explain___help_nargs=0
_shtab_opspolicy_explain___no_cache_nargs=0
_shtab_opspolicy_explain__v_nargs=0
_shtab_opspolicy_explain___verbose_nargs=0
_shtab_opspolicy_graph__h_nargs=0
_shtab_opspolicy_graph___help_nargs=0
_shtab_opspolicy_graph___no_cache_nargs=0
_shtab_opspolicy_graph__v_nargs=0
_shtab_opspolicy_graph___verbose_nargs=0
_shtab_opspolicy_import_pos_1_nargs=+
_shtab_opspolicy_import__h_nargs=0
_shtab_opspolicy_import___help_nargs=0
_shtab_opspolicy_init__h_nargs=0
_shtab_opspolicy_init___help_nargs=0
_shtab_opspolicy_init___hook_nargs=0
_shtab_opspolicy_init___workflow_nargs=0
_shtab_opspolicy_init___schemas_nargs=0
_shtab_opspolicy_init___dry_run_nargs=0
_shtab_opspolicy_notices_pos_0_nargs='*'
_shtab_opspolicy_notices__h_nargs=0
_shtab_opspolicy_notices___help_nargs=0
_shtab_opspolicy_notices___no_cache_nargs=0
_shtab_opspolicy_rules__h_nargs=0
_shtab_opspolicy_rules___help_nargs=0
_shtab_opspolicy_schema__h_nargs=0
_shtab_opspolicy_schema___help_nargs=0
_shtab_opspolicy_site__h_nargs=0
_shtab_opspolicy_site___help_nargs=0
_shtab_opspolicy_site___no_cache_nargs=0
_shtab_opspolicy_site__q_nargs=0
_shtab_opspolicy_site___quiet_nargs=0
_shtab_opspolicy_suggest__h_nargs=0
_shtab_opspolicy_suggest___help_nargs=0
_shtab_opspolicy_suggest___apply_nargs=0
_shtab_opspolicy_suggest___diff_nargs=0
_shtab_opspolicy_suggest___no_cache_nargs=0
_shtab_opspolicy_suggest__v_nargs=0
_shtab_opspolicy_suggest___verbose_nargs=0
_shtab_opspolicy_test_pos_0_nargs='*'
_shtab_opspolicy_test__h_nargs=0
_shtab_opspolicy_test___help_nargs=0
_shtab_opspolicy_test___require_tests_nargs=0
_shtab_opspolicy_test___packs_nargs=0
_shtab_opspolicy_test___no_cache_nargs=0
_shtab_opspolicy_test__q_nargs=0
_shtab_opspolicy_test___quiet_nargs=0
_shtab_opspolicy_test__v_nargs=0
_shtab_opspolicy_test___verbose_nargs=0
_shtab_opspolicy_timeline__h_nargs=0
_shtab_opspolicy_timeline___help_nargs=0
_shtab_opspolicy_timeline___all_nargs=0
_shtab_opspolicy_timeline___no_cache_nargs=0
_shtab_opspolicy_timeline__v_nargs=0
_shtab_opspolicy_timeline___verbose_nargs=0
_shtab_opspolicy_waivers_pos_0_nargs='*'
_shtab_opspolicy_waivers__h_nargs=0
_shtab_opspolicy_waivers___help_nargs=0
_shtab_opspolicy_waivers___no_cache_nargs=0
_shtab_opspolicy_pos_0_nargs=A...
_shtab_opspolicy__h_nargs=0
_shtab_opspolicy___help_nargs=0
_shtab_opspolicy___version_nargs=0


# Custom Preamble
_opspolicy_refs() {
  local ref
  while IFS= read -r ref; do
    [[ $ref == "$1"* && ! $ref =~ [^A-Za-z0-9._/@+-] ]] && printf '%s\n' "$ref"
  done < <(git for-each-ref --format='%(refname:short)' refs/heads refs/remotes refs/tags 2>/dev/null)
}
# End Custom Preamble

# $1=COMP_WORDS[1]
_shtab_compgen_files() {
  compgen -f -- $1  # files
}

# $1=COMP_WORDS[1]
_shtab_compgen_dirs() {
  compgen -d -- $1  # recurse into subdirs
}

# $1=COMP_WORDS[1]
_shtab_replace_nonword() {
  echo "${1//[^[:word:]]/_}"
}

# set default values (called for the initial parser & any subparsers)
_set_parser_defaults() {
  local subparsers_var="${prefix}_subparsers[@]"
  sub_parsers=${!subparsers_var-}

  local current_option_strings_var="${prefix}_option_strings[@]"
  current_option_strings=${!current_option_strings_var}

  completed_positional_actions=0

  _set_new_action "pos_$completed_positional_actions" true
}

# $1=action identifier
# $2=positional action (bool)
# set all identifiers for an action's parameters
_set_new_action() {
  current_action="${prefix}_$(_shtab_replace_nonword $1)"

  local current_action_compgen_var=${current_action}_COMPGEN
  current_action_compgen="${!current_action_compgen_var-}"

  local current_action_choices_var="${current_action}_choices[@]"
  current_action_choices="${!current_action_choices_var-}"

  local current_action_nargs_var="${current_action}_nargs"
  if [ -n "${!current_action_nargs_var-}" ]; then
    current_action_nargs="${!current_action_nargs_var}"
  else
    current_action_nargs=1
  fi

  current_action_args_start_index=$(( $word_index + 1 - $pos_only ))

  current_action_is_positional=$2
}

# Notes:
# `COMPREPLY`: what will be rendered after completion is triggered
# `completing_word`: currently typed word to generate completions for
# `${!var}`: evaluates the content of `var` and expand its content as a variable
#     hello="world"
#     x="hello"
#     ${!x} -> ${hello} -> "world"
_shtab_opspolicy() {
  local completing_word="${COMP_WORDS[COMP_CWORD]}"
  local previous_word="${COMP_WORDS[COMP_CWORD-1]}"
  local completed_positional_actions
  local current_action
  local current_action_args_start_index
  local current_action_choices
  local current_action_compgen
  local current_action_is_positional
  local current_action_nargs
  local current_option_strings
  local sub_parsers
  COMPREPLY=()

  local prefix=_shtab_opspolicy
  local word_index=0
  local pos_only=0 # "--" delimiter not encountered yet
  _set_parser_defaults
  word_index=1

  # determine what arguments are appropriate for the current state
  # of the arg parser
  while [ $word_index -ne $COMP_CWORD ]; do
    local this_word="${COMP_WORDS[$word_index]}"

    if [[ $pos_only = 1 || " $this_word " != " -- " ]]; then
      if [[ -n $sub_parsers && " ${sub_parsers[@]} " == *" $this_word "* ]]; then
        # valid subcommand: add it to the prefix & reset the current action
        prefix="${prefix}_$(_shtab_replace_nonword $this_word)"
        _set_parser_defaults
      fi

      if [[ " ${current_option_strings[@]} " == *" $this_word "* ]]; then
        # a new action should be acquired (due to recognised option string or
        # no more input expected from current action);
        # the next positional action can fill in here
        _set_new_action $this_word false
      fi

      if [[ "$current_action_nargs" != "*" ]] && \
         [[ "$current_action_nargs" != "+" ]] && \
         [[ "$current_action_nargs" != "?" ]] && \
         [[ "$current_action_nargs" != *"..." ]] && \
         (( $word_index + 1 - $current_action_args_start_index - $pos_only >= \
            $current_action_nargs )); then
        $current_action_is_positional && let "completed_positional_actions += 1"
        _set_new_action "pos_$completed_positional_actions" true
      fi
    else
      pos_only=1 # "--" delimiter encountered
    fi

    let "word_index+=1"
  done

  # Generate the completions

  COMPREPLY=()
  if [[ $pos_only = 0 && "$completing_word" == -* &&
        ( -z "$current_action_compgen" || "$current_action_is_positional" = true ) ]]; then
    # optional argument started: use option strings
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(
      compgen -W "${current_option_strings[*]}" -- "$completing_word")
  elif [[ "$previous_word" =~ ^[0-9\&]*[\<\>]\>?$ ]]; then
    # handle redirection operators
    compopt -o filenames 2>/dev/null || : # bash>=4
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$completing_word")
  else
    # use choices & compgen
    local action_compgen_word="$completing_word"
    # handle tab-completing in the middle of a line (#248 <- #116)
    [[ -n "$current_action_compgen" && "$completing_word" == -* ]] && action_compgen_word=""
    [ -n "$current_action_compgen" ] && {
      [[ "$current_action_compgen" =~ _(file|dir|glob|FILE|DIR|GLOB)|File|Dir|Glob ]] &&
        compopt -o filenames 2>/dev/null || : # bash>=4
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(
        "$current_action_compgen" "$action_compgen_word")
    }
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(
      compgen -W "${current_action_choices[*]}" -- "$completing_word")
  fi

  if [[ ${#COMPREPLY[@]} = 0 ]]; then
    # native fallback matches are not necessarily filenames (e.g. variables)
    compopt +o filenames 2>/dev/null || : # bash>=4
  fi

  return 0
}

complete -o bashdefault -F _shtab_opspolicy opspolicy

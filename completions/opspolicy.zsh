#compdef opspolicy

# Completes the command lines of opspolicy in zsh; `opspolicy completion zsh` prints it.
# Made by `make docs` with shtab (https://github.com/tqdm/shtab) from the commands themselves.


_shtab_opspolicy_commands() {
  local _commands=(
    check:'Check the estate: exit 0 when nothing fails, 1 for findings, 2 when the verdict is incomplete.'
    completion:'Print what completes these commands in a shell: bash, fish or zsh.'
    config:'Print the effective configuration and where each value came from.'
    diff:'Show what a change does: what is moved, outages and findings gained and lost, who must agree.'
    explain:'Explain a finding, a service, a job, a window, a vendor, an instant, a schedule or a rule.'
    graph:'Draw who depends on whom, or what falls when something goes down, when, and for how many.'
    import:'Write what files of another format declare as YAML of opspolicy'"'"'s own.'
    init:'Write a configuration and a first estate where there are none, and a hook or workflow on demand.'
    notices:'Draft what customers are told of planned outages; nothing is ever sent.'
    rules:'List the rules, or print the manual page of one.'
    schema:'Print the JSON Schema of a file of declarations, or of one of its sections.'
    site:'Write calendar, graph, findings, rules and feeds as a directory of static files.'
    suggest:'Find the nearest safe slots for a job, a maintenance window or a finding, and edit the YAML.'
    test:'Run `*_test.yaml`: exit 0 when all tests pass, 1 when some fail, 2 when any can'"'"'t be judged.'
    timeline:'Draw the calendar of operations: what is down when, who needs it then, and what collides.'
    waivers:'List waivers and inline ignores, with their state and what they accept now.'
  )
  _describe 'opspolicy commands' _commands
}

_shtab_opspolicy_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  "--version[print versions and exit]"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_defaults_added=0

_shtab_opspolicy_check_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  "-C[run as if started in DIR]:DIR:_files -/"
  "--config[use this file instead of opspolicy.yaml]:FILE:_files"
  "--as-of[judge from here instead of from now]:INSTANT:"
  "--horizon[how far ahead to look, such as 180d]:DURATION:"
  "*--delay[what if every run of this job started so much later\; repeatable]:job/NAME=DURATION:"
  "*--extend[what if this window, or job\/NAME, took longer\; repeatable]:maintenance_window/NAME=DURATION:"
  "*--down[what if this service were down from then on\; repeatable]:service/NAME=INSTANT/DURATION:"
  "--base[fail only for what is new or worse since this commit]:REF:_opspolicy_refs"
  "--new-only[as --base, with where the commit or the push began]"
  "--skip-unrelated[in a hook, leave if nothing that is read is changed]"
  "*--with[also find what collides only with this branch]:REF:_opspolicy_refs"
  "*--select[check only this rule\: a code, its beginning, or a name]:RULE:(internal-error unreadable-file invalid-yaml schema-violation unknown-reference duplicate-name dependency-cycle missing-owner unused-declaration empty-scope unknown-holidays job-cycle not-imported invalid-schedule never-runs schedule-in-dst-transition ambiguous-day-fields overlapping-runs misleading-comment missing-timezone undeclared-scheduler unknown-duration beyond-horizon outage-in-business-hours outage-during-induced-demand run-during-outage outage-too-long redundancy-lost downtime-budget-exceeded degraded-in-business-hours colliding-maintenance deadline-missed runs-before-predecessor outage-in-freeze outage-outside-maintenance-hours short-notice missing-approval no-legal-slot missing-notice notice-channel-down support-unstaffed missing-continuity-plan vendor-support-gap vendor-obligation-missing vendor-notice-short expired-waiver unused-waiver unapproved-waiver weakened-policy custom OPS000 OPS001 OPS002 OPS003 OPS101 OPS102 OPS103 OPS104 OPS105 OPS106 OPS107 OPS108 OPS109 OPS201 OPS202 OPS203 OPS204 OPS205 OPS206 OPS207 OPS208 OPS209 OPS210 OPS301 OPS302 OPS303 OPS304 OPS305 OPS306 OPS307 OPS308 OPS401 OPS402 OPS501 OPS502 OPS503 OPS504 OPS505 OPS601 OPS602 OPS603 OPS604 OPS701 OPS702 OPS703 OPS801 OPS802 OPS803 OPS804 OPS900)"
  "*--ignore[leave this rule out]:RULE:(internal-error unreadable-file invalid-yaml schema-violation unknown-reference duplicate-name dependency-cycle missing-owner unused-declaration empty-scope unknown-holidays job-cycle not-imported invalid-schedule never-runs schedule-in-dst-transition ambiguous-day-fields overlapping-runs misleading-comment missing-timezone undeclared-scheduler unknown-duration beyond-horizon outage-in-business-hours outage-during-induced-demand run-during-outage outage-too-long redundancy-lost downtime-budget-exceeded degraded-in-business-hours colliding-maintenance deadline-missed runs-before-predecessor outage-in-freeze outage-outside-maintenance-hours short-notice missing-approval no-legal-slot missing-notice notice-channel-down support-unstaffed missing-continuity-plan vendor-support-gap vendor-obligation-missing vendor-notice-short expired-waiver unused-waiver unapproved-waiver weakened-policy custom OPS000 OPS001 OPS002 OPS003 OPS101 OPS102 OPS103 OPS104 OPS105 OPS106 OPS107 OPS108 OPS109 OPS201 OPS202 OPS203 OPS204 OPS205 OPS206 OPS207 OPS208 OPS209 OPS210 OPS301 OPS302 OPS303 OPS304 OPS305 OPS306 OPS307 OPS308 OPS401 OPS402 OPS501 OPS502 OPS503 OPS504 OPS505 OPS601 OPS602 OPS603 OPS604 OPS701 OPS702 OPS703 OPS801 OPS802 OPS803 OPS804 OPS900)"
  "--no-waivers[judge as if nothing were waived or ignored]"
  "--fail-on[the least severity that exits 1]:fail_on:(error warning info never)"
  "--allow-empty[accept that no file matches]"
  "--no-cache[neither read nor write the cache]"
  "--jobs[read in one process or two\; two if it pays]:N:"
  "--format[how to print, and nothing else\; without it text, and what a CI platform shows by itself]:format:(github gitlab html json junit markdown sarif text)"
  "*--output[also write the report to a file\; repeatable]:FORMAT=FILE:"
  "--statistics[also count by policy, owner and service, in text and json]"
  "--color[color]:color:(auto always never)"
  {-q,--quiet}"[a line a finding]"
  {-v,--verbose}"[all places and occurrences]"
  "(*)::files and directories to check:_files"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_check_defaults_added=0

_shtab_opspolicy_completion_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  ":one of bash, fish, zsh:(bash fish zsh)"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_completion_defaults_added=0

_shtab_opspolicy_config_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  "-C[run as if started in DIR]:DIR:_files -/"
  "--config[use this file instead of opspolicy.yaml]:FILE:_files"
  "--as-of[judge from here instead of from now]:INSTANT:"
  "--horizon[how far ahead to look, such as 180d]:DURATION:"
  "--fail-on[the least severity that exits 1]:fail_on:(error warning info never)"
  "--base[what a check would be compared with]:REF:_opspolicy_refs"
  "--no-cache[neither read nor write the cache]"
  "--format[how to print]:format:(text json)"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_config_defaults_added=0

_shtab_opspolicy_diff_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  "-C[run as if started in DIR]:DIR:_files -/"
  "--config[use this file instead of opspolicy.yaml]:FILE:_files"
  "--as-of[judge from here instead of from now]:INSTANT:"
  "--horizon[how far ahead to look, such as 180d]:DURATION:"
  "--format[how to print]:format:(text markdown json html)"
  "--no-cache[neither read nor write the cache]"
  "--color[color]:color:(auto always never)"
  {-v,--verbose}"[all there is to say]"
  ":what to compare with:_opspolicy_refs"
  ":what to compare\; the working tree when left out:_opspolicy_refs"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_diff_defaults_added=0

_shtab_opspolicy_explain_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  "-C[run as if started in DIR]:DIR:_files -/"
  "--config[use this file instead of opspolicy.yaml]:FILE:_files"
  "--at[how a service, a job or a window fares then\; all of them, without a target]:INSTANT:"
  "--timezone[the zone of a schedule\'s clock\: Europe\/Paris]:ZONE:"
  "--scheduler[what runs a schedule]:scheduler:(cron kubernetes github-actions systemd quartz eventbridge airflow)"
  "--start[where \`every 15m\` and \`FREQ\=...\` count from]:INSTANT:"
  "--count[how many starts of a schedule to show]:N:"
  "--as-of[judge from here instead of from now]:INSTANT:"
  "--horizon[how far ahead to look, such as 180d]:DURATION:"
  "*--delay[what if every run of this job started so much later\; repeatable]:job/NAME=DURATION:"
  "*--extend[what if this window, or job\/NAME, took longer\; repeatable]:maintenance_window/NAME=DURATION:"
  "*--down[what if this service were down from then on\; repeatable]:service/NAME=INSTANT/DURATION:"
  "--language[the language of what a schedule means]:language:(en fr)"
  "--format[how to print]:format:(text markdown json html)"
  "--base[what the change is compared with, without a target]:REF:_opspolicy_refs"
  "--no-cache[neither read nor write the cache]"
  "--color[color]:color:(auto always never)"
  {-v,--verbose}"[all there is to say]"
  "(*)::a finding such as \`ops-7f3c91d2\`, \`service\/NAME\`, \`job\/NAME\`, \`maintenance_window\/NAME\`, \`vendor\/NAME\`, a rule, or \`schedule EXPRESSION\`:(schedule internal-error unreadable-file invalid-yaml schema-violation unknown-reference duplicate-name dependency-cycle missing-owner unused-declaration empty-scope unknown-holidays job-cycle not-imported invalid-schedule never-runs schedule-in-dst-transition ambiguous-day-fields overlapping-runs misleading-comment missing-timezone undeclared-scheduler unknown-duration beyond-horizon outage-in-business-hours outage-during-induced-demand run-during-outage outage-too-long redundancy-lost downtime-budget-exceeded degraded-in-business-hours colliding-maintenance deadline-missed runs-before-predecessor outage-in-freeze outage-outside-maintenance-hours short-notice missing-approval no-legal-slot missing-notice notice-channel-down support-unstaffed missing-continuity-plan vendor-support-gap vendor-obligation-missing vendor-notice-short expired-waiver unused-waiver unapproved-waiver weakened-policy custom OPS000 OPS001 OPS002 OPS003 OPS101 OPS102 OPS103 OPS104 OPS105 OPS106 OPS107 OPS108 OPS109 OPS201 OPS202 OPS203 OPS204 OPS205 OPS206 OPS207 OPS208 OPS209 OPS210 OPS301 OPS302 OPS303 OPS304 OPS305 OPS306 OPS307 OPS308 OPS401 OPS402 OPS501 OPS502 OPS503 OPS504 OPS505 OPS601 OPS602 OPS603 OPS604 OPS701 OPS702 OPS703 OPS801 OPS802 OPS803 OPS804 OPS900)"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_explain_defaults_added=0

_shtab_opspolicy_graph_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  "-C[run as if started in DIR]:DIR:_files -/"
  "--config[use this file instead of opspolicy.yaml]:FILE:_files"
  "--as-of[judge from here instead of from now]:INSTANT:"
  "--horizon[how far ahead to look, such as 180d]:DURATION:"
  "--impact[what falls with this service, vendor, window or job]:NAME:"
  "*--service[only this service, or those like \`card-\*\`\; repeatable]:NAME:"
  "*--team[only what this team owns\; repeatable]:NAME:"
  "*--delay[what if every run of this job started so much later\; repeatable]:job/NAME=DURATION:"
  "*--extend[what if this window, or job\/NAME, took longer\; repeatable]:maintenance_window/NAME=DURATION:"
  "*--down[what if this service were down from then on\; repeatable]:service/NAME=INSTANT/DURATION:"
  "--format[how to print]:format:(text mermaid dot json svg html)"
  "*--output[also write it to a file\; repeatable]:FORMAT=FILE:"
  "--no-cache[neither read nor write the cache]"
  "--color[color]:color:(auto always never)"
  {-v,--verbose}"[all services and jobs]"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_graph_defaults_added=0

_shtab_opspolicy_import_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  "--name[how to name entries, such as \`\{name\}\`]:TEMPLATE:"
  "--owner[who owns what says nothing of an owner]:TEAM:"
  "--timezone[the zone of times without one]:ZONE:"
  "--scheduler[what runs jobs that don\'t say]:scheduler:(cron kubernetes github-actions systemd quartz eventbridge airflow)"
  "--as[what entries become\: maintenance_windows, freezes, calendars]:SECTION:(maintenance_windows freezes calendars)"
  "--vendor[the vendor that windows belong to]:NAME:"
  "*--takes-down[what windows take down\; repeatable]:SERVICE:"
  ":what the files are\: alertmanager, argocd, backstage, compose, crontab, github-actions, icalendar, kubernetes, statuspage, systemd, terraform:(alertmanager argocd backstage compose crontab github-actions icalendar kubernetes statuspage systemd terraform)"
  "(*):a file or a directory\; \`-\` is standard input:_files"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_import_defaults_added=0

_shtab_opspolicy_init_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  "-C[run as if started in DIR]:DIR:_files -/"
  "--hook[add the hook to .pre-commit-config.yaml]"
  "--workflow[write .github\/workflows\/opspolicy.yml]"
  "--schemas[write .opspolicy\/\*.schema.json, for editors]"
  "--from[the git repository of opspolicy that hook and workflow use\; URL\@REVISION pins it]:URL:"
  "--dry-run[print what would be written]"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_init_defaults_added=0

_shtab_opspolicy_notices_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  "-C[run as if started in DIR]:DIR:_files -/"
  "--config[use this file instead of opspolicy.yaml]:FILE:_files"
  "--as-of[judge from here instead of from now]:INSTANT:"
  "--horizon[how far ahead to look, such as 180d]:DURATION:"
  "--templates[take templates from here, such as \`email.fr.txt\`]:DIR:_files -/"
  "--output[write a file a message and the schedule into a new directory]:DIR:_files -/"
  "--format[how to print]:format:(text json)"
  "--no-cache[neither read nor write the cache]"
  "(*)::service\/NAME, job\/NAME or maintenance_window\/NAME\; all outages of the horizon without any:"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_notices_defaults_added=0

_shtab_opspolicy_rules_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  "-C[run as if started in DIR]:DIR:_files -/"
  "--config[use this file instead of opspolicy.yaml]:FILE:_files"
  "--format[how to print]:format:(text json)"
  ":a code or a name:(internal-error unreadable-file invalid-yaml schema-violation unknown-reference duplicate-name dependency-cycle missing-owner unused-declaration empty-scope unknown-holidays job-cycle not-imported invalid-schedule never-runs schedule-in-dst-transition ambiguous-day-fields overlapping-runs misleading-comment missing-timezone undeclared-scheduler unknown-duration beyond-horizon outage-in-business-hours outage-during-induced-demand run-during-outage outage-too-long redundancy-lost downtime-budget-exceeded degraded-in-business-hours colliding-maintenance deadline-missed runs-before-predecessor outage-in-freeze outage-outside-maintenance-hours short-notice missing-approval no-legal-slot missing-notice notice-channel-down support-unstaffed missing-continuity-plan vendor-support-gap vendor-obligation-missing vendor-notice-short expired-waiver unused-waiver unapproved-waiver weakened-policy custom OPS000 OPS001 OPS002 OPS003 OPS101 OPS102 OPS103 OPS104 OPS105 OPS106 OPS107 OPS108 OPS109 OPS201 OPS202 OPS203 OPS204 OPS205 OPS206 OPS207 OPS208 OPS209 OPS210 OPS301 OPS302 OPS303 OPS304 OPS305 OPS306 OPS307 OPS308 OPS401 OPS402 OPS501 OPS502 OPS503 OPS504 OPS505 OPS601 OPS602 OPS603 OPS604 OPS701 OPS702 OPS703 OPS801 OPS802 OPS803 OPS804 OPS900)"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_rules_defaults_added=0

_shtab_opspolicy_schema_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  "--write[write those that editors need into a directory instead]:DIR:_files -/"
  ":one of estate, config, policies, test, team, calendar, service, job, maintenance-window, freeze, vendor, waiver, diff, explanation, graph, notices, report, policy-explanation, schedule-explanation, suggestions, test-results, waiver-list\; estate when left out:(estate config policies test team calendar service job maintenance-window freeze vendor waiver diff explanation graph notices report policy-explanation schedule-explanation suggestions test-results waiver-list)"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_schema_defaults_added=0

_shtab_opspolicy_site_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  "-C[run as if started in DIR]:DIR:_files -/"
  "--config[use this file instead of opspolicy.yaml]:FILE:_files"
  "--as-of[judge from here instead of from now]:INSTANT:"
  "--horizon[how far ahead to look, such as 180d]:DURATION:"
  "--no-cache[neither read nor write the cache]"
  {-q,--quiet}"[say only what is wrong]"
  ":a new directory, or that of an earlier run\; as seen from here:_files -/"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_site_defaults_added=0

_shtab_opspolicy_suggest_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  "-C[run as if started in DIR]:DIR:_files -/"
  "--config[use this file instead of opspolicy.yaml]:FILE:_files"
  "--as-of[judge from here instead of from now]:INSTANT:"
  "--horizon[how far ahead to look, such as 180d]:DURATION:"
  "--apply[make the first edit, comments kept]"
  "--diff[print the edit instead of making it]"
  "--pick[take the Nth of the suggestions]:N:"
  "--count[how many of each sort\: later and earlier]:N:"
  "--format[how to print]:format:(text json)"
  "--no-cache[neither read nor write the cache]"
  {-v,--verbose}"[all that was refused]"
  ":job\/NAME, maintenance_window\/NAME or a fingerprint:"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_suggest_defaults_added=0

_shtab_opspolicy_test_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  "-C[run as if started in DIR]:DIR:_files -/"
  "--config[use this file instead of opspolicy.yaml]:FILE:_files"
  "--filter[only tests whose name has this in it]:TEXT:"
  "--require-tests[fail also for policies of your own that no test holds]"
  "--packs[with --require-tests\: also for each error of the packs]"
  "--from-finding[write the regression test of a finding, and run none]:FINGERPRINT:"
  "--write[with --from-finding\: write it to a file]:FILE:_files"
  "--as-of[judge from here instead of from now]:INSTANT:"
  "--horizon[how far ahead to look, such as 180d]:DURATION:"
  "--no-cache[neither read nor write the cache]"
  "--format[how to print]:format:(text json junit)"
  "*--output[also write the results to a file\; repeatable]:FORMAT=FILE:"
  {-q,--quiet}"[only what doesn\'t pass]"
  {-v,--verbose}"[a line a test]"
  "(*)::test files, and directories to look for some in:_files"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_test_defaults_added=0

_shtab_opspolicy_timeline_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  "-C[run as if started in DIR]:DIR:_files -/"
  "--config[use this file instead of opspolicy.yaml]:FILE:_files"
  "--as-of[judge from here instead of from now]:INSTANT:"
  "--horizon[how far ahead to look, such as 180d]:DURATION:"
  "--from[draw from here on, and not from where it is judged]:INSTANT:"
  "--until[draw up to here, and not the whole horizon]:INSTANT:"
  "--timezone[whose clock to draw on, and not that of most services]:ZONE:"
  "--all[also services to which nothing happens]"
  "*--service[only this service, or those like \`card-\*\`\; repeatable]:NAME:"
  "*--team[only what this team owns, or has a part in\; repeatable]:NAME:"
  "*--delay[what if every run of this job started so much later\; repeatable]:job/NAME=DURATION:"
  "*--extend[what if this window, or job\/NAME, took longer\; repeatable]:maintenance_window/NAME=DURATION:"
  "*--down[what if this service were down from then on\; repeatable]:service/NAME=INSTANT/DURATION:"
  "--format[how to print]:format:(text svg html ics)"
  "*--output[also write it to a file\; repeatable]:FORMAT=FILE:"
  "--no-cache[neither read nor write the cache]"
  "--color[color]:color:(auto always never)"
  {-v,--verbose}"[all lanes and findings]"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_timeline_defaults_added=0

_shtab_opspolicy_waivers_options=(
  "(- : *)"{-h,--help}"[show this help message and exit]"
  "-C[run as if started in DIR]:DIR:_files -/"
  "--config[use this file instead of opspolicy.yaml]:FILE:_files"
  "--as-of[judge from here instead of from now]:INSTANT:"
  "--horizon[how far ahead to look, such as 180d]:DURATION:"
  "--no-cache[neither read nor write the cache]"
  "--format[how to print]:format:(text json)"
  "(*)::files and directories to read:_files"
)

# guard to ensure default positional specs are added only once per session
_shtab_opspolicy_waivers_defaults_added=0


_shtab_opspolicy() {
  local context state line curcontext="$curcontext" one_or_more='(*)' remainder='(-)*:' default='*::: :->opspolicy'

  # Add default positional/remainder specs only if none exist, and only once per session
  if (( ! _shtab_opspolicy_defaults_added )); then
    if (( ${_shtab_opspolicy_options[(I)${(q)one_or_more}*]} +          ${_shtab_opspolicy_options[(I)${(q)remainder}*]} +          ${_shtab_opspolicy_options[(I)${(q)default}]} == 0 )); then
      _shtab_opspolicy_options+=(': :_shtab_opspolicy_commands' '*::: :->opspolicy')
    fi
    _shtab_opspolicy_defaults_added=1
  fi
  _arguments -C -s $_shtab_opspolicy_options

  case $state in
    opspolicy)
      words=($line[1] "${words[@]}")
      (( CURRENT += 1 ))
      curcontext="${curcontext%:*:*}:_shtab_opspolicy-$line[1]:"
      case $line[1] in
        check) _arguments -C -s $_shtab_opspolicy_check_options ;;
        completion) _arguments -C -s $_shtab_opspolicy_completion_options ;;
        config) _arguments -C -s $_shtab_opspolicy_config_options ;;
        diff) _arguments -C -s $_shtab_opspolicy_diff_options ;;
        explain) _arguments -C -s $_shtab_opspolicy_explain_options ;;
        graph) _arguments -C -s $_shtab_opspolicy_graph_options ;;
        import) _arguments -C -s $_shtab_opspolicy_import_options ;;
        init) _arguments -C -s $_shtab_opspolicy_init_options ;;
        notices) _arguments -C -s $_shtab_opspolicy_notices_options ;;
        rules) _arguments -C -s $_shtab_opspolicy_rules_options ;;
        schema) _arguments -C -s $_shtab_opspolicy_schema_options ;;
        site) _arguments -C -s $_shtab_opspolicy_site_options ;;
        suggest) _arguments -C -s $_shtab_opspolicy_suggest_options ;;
        test) _arguments -C -s $_shtab_opspolicy_test_options ;;
        timeline) _arguments -C -s $_shtab_opspolicy_timeline_options ;;
        waivers) _arguments -C -s $_shtab_opspolicy_waivers_options ;;
      esac
  esac
}

# Custom Preamble
_opspolicy_refs() {
  local -a refs
  refs=(${(f)"$(git for-each-ref --format='%(refname:short)' refs/heads refs/remotes refs/tags 2>/dev/null)"})
  compadd -- ${(M)refs:#[A-Za-z0-9._/@+-]##}
}
# End Custom Preamble


typeset -A opt_args

if [[ $zsh_eval_context[-1] == eval ]]; then
  # eval/source/. command, register function for later
  compdef _shtab_opspolicy -N opspolicy
else
  # autoload from fpath, call function directly
  _shtab_opspolicy "$@"
fi

# Completes the command lines of opspolicy in fish; `opspolicy completion fish` prints it.
# Made by `make docs` with shtab (https://github.com/tqdm/shtab) from the commands themselves.

# Custom Preamble
function _opspolicy_refs
  git for-each-ref --format='%(refname:short)' refs/heads refs/remotes refs/tags 2>/dev/null | string match --regex '^[A-Za-z0-9._/@+-]+$'
end
# End Custom Preamble

# Parse current commandline:
# - _shtab_opspolicy_cmdpath=(sub)command path seen so far
# - _shtab_opspolicy_npos=number of positional arguments given after it
# - options are skipped based on _shtab_opspolicy_opts_with_value & _shtab_opspolicy_commands lists
function _shtab_opspolicy_scan
  set -g _shtab_opspolicy_cmdpath ''
  set -g _shtab_opspolicy_npos 0
  set -l tokens (commandline -opc)
  set -e tokens[1]
  set -l expect_value 0
  for t in $tokens
    if test $expect_value -eq 1
      set expect_value 0
      continue
    end
    switch "$t"
      case '--*=*'
        continue
      case '-*'
        if contains -- $t $_shtab_opspolicy_opts_with_value
          set expect_value 1
        end
        continue
      case '*'
        if test $_shtab_opspolicy_npos -eq 0
          set -l candidate $t
          if test -n "$_shtab_opspolicy_cmdpath"
            set candidate "$_shtab_opspolicy_cmdpath $t"
          end
          if contains -- $candidate $_shtab_opspolicy_commands
            set -g _shtab_opspolicy_cmdpath $candidate
            continue
          end
        end
        set -g _shtab_opspolicy_npos (math $_shtab_opspolicy_npos + 1)
    end
  end
end

# Condition helper: true if the current (sub)command path equals the given one.
function _shtab_opspolicy_using
  _shtab_opspolicy_scan
  test "$_shtab_opspolicy_cmdpath" = "$argv"
end

set -g _shtab_opspolicy_commands check completion config diff explain graph import init notices rules schema site suggest test timeline waivers
set -g _shtab_opspolicy_opts_with_value --as --as-of --at --base --color --config --count --delay --down --extend --fail-on --filter --format --from --from-finding --horizon --ignore --impact --jobs --language --name --output --owner --pick --scheduler --select --service --start --takes-down --team --templates --timezone --until --vendor --with --write -C

complete -c opspolicy -e
complete -c opspolicy -f

complete -c opspolicy -n _shtab_opspolicy_using -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n _shtab_opspolicy_using -l version -d 'print versions and exit'
complete -c opspolicy -n '_shtab_opspolicy_using; and test $_shtab_opspolicy_npos -eq 0' -a check -d 'Check the estate: exit 0 when nothing fails, 1 for findings, 2 when the verdict is incomplete.'
complete -c opspolicy -n '_shtab_opspolicy_using check' -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n '_shtab_opspolicy_using check' -s C -xka "(__fish_complete_directories)" -d 'run as if started in DIR'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l config -xka "(__fish_complete_path (commandline -ct))" -d 'use this file instead of opspolicy.yaml'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l as-of -x -d 'judge from here instead of from now'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l horizon -x -d 'how far ahead to look, such as 180d'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l delay -x -d 'what if every run of this job started so much later; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l extend -x -d 'what if this window, or job/NAME, took longer; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l down -x -d 'what if this service were down from then on; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l base -xka "(_opspolicy_refs)" -d 'fail only for what is new or worse since this commit'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l new-only -d 'as --base, with where the commit or the push began'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l skip-unrelated -d 'in a hook, leave if nothing that is read is changed'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l with -xka "(_opspolicy_refs)" -d 'also find what collides only with this branch'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l select -xka "internal-error unreadable-file invalid-yaml schema-violation unknown-reference duplicate-name dependency-cycle missing-owner unused-declaration empty-scope unknown-holidays job-cycle not-imported invalid-schedule never-runs schedule-in-dst-transition ambiguous-day-fields overlapping-runs misleading-comment missing-timezone undeclared-scheduler unknown-duration beyond-horizon outage-in-business-hours outage-during-induced-demand run-during-outage outage-too-long redundancy-lost downtime-budget-exceeded degraded-in-business-hours colliding-maintenance deadline-missed runs-before-predecessor outage-in-freeze outage-outside-maintenance-hours short-notice missing-approval no-legal-slot missing-notice notice-channel-down support-unstaffed missing-continuity-plan vendor-support-gap vendor-obligation-missing vendor-notice-short expired-waiver unused-waiver unapproved-waiver weakened-policy custom OPS000 OPS001 OPS002 OPS003 OPS101 OPS102 OPS103 OPS104 OPS105 OPS106 OPS107 OPS108 OPS109 OPS201 OPS202 OPS203 OPS204 OPS205 OPS206 OPS207 OPS208 OPS209 OPS210 OPS301 OPS302 OPS303 OPS304 OPS305 OPS306 OPS307 OPS308 OPS401 OPS402 OPS501 OPS502 OPS503 OPS504 OPS505 OPS601 OPS602 OPS603 OPS604 OPS701 OPS702 OPS703 OPS801 OPS802 OPS803 OPS804 OPS900" -d 'check only this rule: a code, its beginning, or a name'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l ignore -xka "internal-error unreadable-file invalid-yaml schema-violation unknown-reference duplicate-name dependency-cycle missing-owner unused-declaration empty-scope unknown-holidays job-cycle not-imported invalid-schedule never-runs schedule-in-dst-transition ambiguous-day-fields overlapping-runs misleading-comment missing-timezone undeclared-scheduler unknown-duration beyond-horizon outage-in-business-hours outage-during-induced-demand run-during-outage outage-too-long redundancy-lost downtime-budget-exceeded degraded-in-business-hours colliding-maintenance deadline-missed runs-before-predecessor outage-in-freeze outage-outside-maintenance-hours short-notice missing-approval no-legal-slot missing-notice notice-channel-down support-unstaffed missing-continuity-plan vendor-support-gap vendor-obligation-missing vendor-notice-short expired-waiver unused-waiver unapproved-waiver weakened-policy custom OPS000 OPS001 OPS002 OPS003 OPS101 OPS102 OPS103 OPS104 OPS105 OPS106 OPS107 OPS108 OPS109 OPS201 OPS202 OPS203 OPS204 OPS205 OPS206 OPS207 OPS208 OPS209 OPS210 OPS301 OPS302 OPS303 OPS304 OPS305 OPS306 OPS307 OPS308 OPS401 OPS402 OPS501 OPS502 OPS503 OPS504 OPS505 OPS601 OPS602 OPS603 OPS604 OPS701 OPS702 OPS703 OPS801 OPS802 OPS803 OPS804 OPS900" -d 'leave this rule out'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l no-waivers -d 'judge as if nothing were waived or ignored'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l fail-on -xka "error warning info never" -d 'the least severity that exits 1'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l allow-empty -d 'accept that no file matches'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l no-cache -d 'neither read nor write the cache'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l jobs -x -d 'read in one process or two; two if it pays'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l format -xka "github gitlab html json junit markdown sarif text" -d 'how to print, and nothing else; without it text, and what a CI platform shows by itself'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l output -x -d 'also write the report to a file; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l statistics -d 'also count by policy, owner and service, in text and json'
complete -c opspolicy -n '_shtab_opspolicy_using check' -l color -xka "auto always never" -d color
complete -c opspolicy -n '_shtab_opspolicy_using check' -s q -l quiet -d 'a line a finding'
complete -c opspolicy -n '_shtab_opspolicy_using check' -s v -l verbose -d 'all places and occurrences'
complete -c opspolicy -n '_shtab_opspolicy_using check; and test $_shtab_opspolicy_npos -ge 0' -ka "(__fish_complete_path (commandline -ct))" -d 'files and directories to check'
complete -c opspolicy -n '_shtab_opspolicy_using; and test $_shtab_opspolicy_npos -eq 0' -a completion -d 'Print what completes these commands in a shell: bash, fish or zsh.'
complete -c opspolicy -n '_shtab_opspolicy_using completion' -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n '_shtab_opspolicy_using completion; and test $_shtab_opspolicy_npos -eq 0' -ka "bash fish zsh" -d 'one of bash, fish, zsh'
complete -c opspolicy -n '_shtab_opspolicy_using; and test $_shtab_opspolicy_npos -eq 0' -a config -d 'Print the effective configuration and where each value came from.'
complete -c opspolicy -n '_shtab_opspolicy_using config' -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n '_shtab_opspolicy_using config' -s C -xka "(__fish_complete_directories)" -d 'run as if started in DIR'
complete -c opspolicy -n '_shtab_opspolicy_using config' -l config -xka "(__fish_complete_path (commandline -ct))" -d 'use this file instead of opspolicy.yaml'
complete -c opspolicy -n '_shtab_opspolicy_using config' -l as-of -x -d 'judge from here instead of from now'
complete -c opspolicy -n '_shtab_opspolicy_using config' -l horizon -x -d 'how far ahead to look, such as 180d'
complete -c opspolicy -n '_shtab_opspolicy_using config' -l fail-on -xka "error warning info never" -d 'the least severity that exits 1'
complete -c opspolicy -n '_shtab_opspolicy_using config' -l base -xka "(_opspolicy_refs)" -d 'what a check would be compared with'
complete -c opspolicy -n '_shtab_opspolicy_using config' -l no-cache -d 'neither read nor write the cache'
complete -c opspolicy -n '_shtab_opspolicy_using config' -l format -xka "text json" -d 'how to print'
complete -c opspolicy -n '_shtab_opspolicy_using; and test $_shtab_opspolicy_npos -eq 0' -a diff -d 'Show what a change does: what is moved, outages and findings gained and lost, who must agree.'
complete -c opspolicy -n '_shtab_opspolicy_using diff' -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n '_shtab_opspolicy_using diff' -s C -xka "(__fish_complete_directories)" -d 'run as if started in DIR'
complete -c opspolicy -n '_shtab_opspolicy_using diff' -l config -xka "(__fish_complete_path (commandline -ct))" -d 'use this file instead of opspolicy.yaml'
complete -c opspolicy -n '_shtab_opspolicy_using diff' -l as-of -x -d 'judge from here instead of from now'
complete -c opspolicy -n '_shtab_opspolicy_using diff' -l horizon -x -d 'how far ahead to look, such as 180d'
complete -c opspolicy -n '_shtab_opspolicy_using diff' -l format -xka "text markdown json html" -d 'how to print'
complete -c opspolicy -n '_shtab_opspolicy_using diff' -l no-cache -d 'neither read nor write the cache'
complete -c opspolicy -n '_shtab_opspolicy_using diff' -l color -xka "auto always never" -d color
complete -c opspolicy -n '_shtab_opspolicy_using diff' -s v -l verbose -d 'all there is to say'
complete -c opspolicy -n '_shtab_opspolicy_using diff; and test $_shtab_opspolicy_npos -eq 0' -ka "(_opspolicy_refs)" -d 'what to compare with'
complete -c opspolicy -n '_shtab_opspolicy_using diff; and test $_shtab_opspolicy_npos -eq 1' -ka "(_opspolicy_refs)" -d 'what to compare; the working tree when left out'
complete -c opspolicy -n '_shtab_opspolicy_using; and test $_shtab_opspolicy_npos -eq 0' -a explain -d 'Explain a finding, a service, a job, a window, a vendor, an instant, a schedule or a rule.'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -s C -xka "(__fish_complete_directories)" -d 'run as if started in DIR'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -l config -xka "(__fish_complete_path (commandline -ct))" -d 'use this file instead of opspolicy.yaml'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -l at -x -d 'how a service, a job or a window fares then; all of them, without a target'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -l timezone -x -d 'the zone of a schedule'"'"'s clock: Europe/Paris'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -l scheduler -xka "cron kubernetes github-actions systemd quartz eventbridge airflow" -d 'what runs a schedule'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -l start -x -d 'where `every 15m` and `FREQ=...` count from'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -l count -x -d 'how many starts of a schedule to show'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -l as-of -x -d 'judge from here instead of from now'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -l horizon -x -d 'how far ahead to look, such as 180d'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -l delay -x -d 'what if every run of this job started so much later; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -l extend -x -d 'what if this window, or job/NAME, took longer; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -l down -x -d 'what if this service were down from then on; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -l language -xka "en fr" -d 'the language of what a schedule means'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -l format -xka "text markdown json html" -d 'how to print'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -l base -xka "(_opspolicy_refs)" -d 'what the change is compared with, without a target'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -l no-cache -d 'neither read nor write the cache'
complete -c opspolicy -n '_shtab_opspolicy_using explain' -l color -xka "auto always never" -d color
complete -c opspolicy -n '_shtab_opspolicy_using explain' -s v -l verbose -d 'all there is to say'
complete -c opspolicy -n '_shtab_opspolicy_using explain; and test $_shtab_opspolicy_npos -ge 0' -ka "schedule internal-error unreadable-file invalid-yaml schema-violation unknown-reference duplicate-name dependency-cycle missing-owner unused-declaration empty-scope unknown-holidays job-cycle not-imported invalid-schedule never-runs schedule-in-dst-transition ambiguous-day-fields overlapping-runs misleading-comment missing-timezone undeclared-scheduler unknown-duration beyond-horizon outage-in-business-hours outage-during-induced-demand run-during-outage outage-too-long redundancy-lost downtime-budget-exceeded degraded-in-business-hours colliding-maintenance deadline-missed runs-before-predecessor outage-in-freeze outage-outside-maintenance-hours short-notice missing-approval no-legal-slot missing-notice notice-channel-down support-unstaffed missing-continuity-plan vendor-support-gap vendor-obligation-missing vendor-notice-short expired-waiver unused-waiver unapproved-waiver weakened-policy custom OPS000 OPS001 OPS002 OPS003 OPS101 OPS102 OPS103 OPS104 OPS105 OPS106 OPS107 OPS108 OPS109 OPS201 OPS202 OPS203 OPS204 OPS205 OPS206 OPS207 OPS208 OPS209 OPS210 OPS301 OPS302 OPS303 OPS304 OPS305 OPS306 OPS307 OPS308 OPS401 OPS402 OPS501 OPS502 OPS503 OPS504 OPS505 OPS601 OPS602 OPS603 OPS604 OPS701 OPS702 OPS703 OPS801 OPS802 OPS803 OPS804 OPS900" -d 'a finding such as `ops-7f3c91d2`, `service/NAME`, `job/NAME`, `maintenance_window/NAME`, `vendor/NAME`, a rule, or `schedule EXPRESSION`'
complete -c opspolicy -n '_shtab_opspolicy_using; and test $_shtab_opspolicy_npos -eq 0' -a graph -d 'Draw who depends on whom, or what falls when something goes down, when, and for how many.'
complete -c opspolicy -n '_shtab_opspolicy_using graph' -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n '_shtab_opspolicy_using graph' -s C -xka "(__fish_complete_directories)" -d 'run as if started in DIR'
complete -c opspolicy -n '_shtab_opspolicy_using graph' -l config -xka "(__fish_complete_path (commandline -ct))" -d 'use this file instead of opspolicy.yaml'
complete -c opspolicy -n '_shtab_opspolicy_using graph' -l as-of -x -d 'judge from here instead of from now'
complete -c opspolicy -n '_shtab_opspolicy_using graph' -l horizon -x -d 'how far ahead to look, such as 180d'
complete -c opspolicy -n '_shtab_opspolicy_using graph' -l impact -x -d 'what falls with this service, vendor, window or job'
complete -c opspolicy -n '_shtab_opspolicy_using graph' -l service -x -d 'only this service, or those like `card-*`; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using graph' -l team -x -d 'only what this team owns; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using graph' -l delay -x -d 'what if every run of this job started so much later; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using graph' -l extend -x -d 'what if this window, or job/NAME, took longer; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using graph' -l down -x -d 'what if this service were down from then on; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using graph' -l format -xka "text mermaid dot json svg html" -d 'how to print'
complete -c opspolicy -n '_shtab_opspolicy_using graph' -l output -x -d 'also write it to a file; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using graph' -l no-cache -d 'neither read nor write the cache'
complete -c opspolicy -n '_shtab_opspolicy_using graph' -l color -xka "auto always never" -d color
complete -c opspolicy -n '_shtab_opspolicy_using graph' -s v -l verbose -d 'all services and jobs'
complete -c opspolicy -n '_shtab_opspolicy_using; and test $_shtab_opspolicy_npos -eq 0' -a import -d 'Write what files of another format declare as YAML of opspolicy'"'"'s own.'
complete -c opspolicy -n '_shtab_opspolicy_using import' -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n '_shtab_opspolicy_using import' -l name -x -d 'how to name entries, such as `{name}`'
complete -c opspolicy -n '_shtab_opspolicy_using import' -l owner -x -d 'who owns what says nothing of an owner'
complete -c opspolicy -n '_shtab_opspolicy_using import' -l timezone -x -d 'the zone of times without one'
complete -c opspolicy -n '_shtab_opspolicy_using import' -l scheduler -xka "cron kubernetes github-actions systemd quartz eventbridge airflow" -d 'what runs jobs that don'"'"'t say'
complete -c opspolicy -n '_shtab_opspolicy_using import' -l as -xka "maintenance_windows freezes calendars" -d 'what entries become: maintenance_windows, freezes, calendars'
complete -c opspolicy -n '_shtab_opspolicy_using import' -l vendor -x -d 'the vendor that windows belong to'
complete -c opspolicy -n '_shtab_opspolicy_using import' -l takes-down -x -d 'what windows take down; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using import; and test $_shtab_opspolicy_npos -eq 0' -ka "alertmanager argocd backstage compose crontab github-actions icalendar kubernetes statuspage systemd terraform" -d 'what the files are: alertmanager, argocd, backstage, compose, crontab, github-actions, icalendar, kubernetes, statuspage, systemd, terraform'
complete -c opspolicy -n '_shtab_opspolicy_using import; and test $_shtab_opspolicy_npos -ge 1' -ka "(__fish_complete_path (commandline -ct))" -d 'a file or a directory; `-` is standard input'
complete -c opspolicy -n '_shtab_opspolicy_using; and test $_shtab_opspolicy_npos -eq 0' -a init -d 'Write a configuration and a first estate where there are none, and a hook or workflow on demand.'
complete -c opspolicy -n '_shtab_opspolicy_using init' -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n '_shtab_opspolicy_using init' -s C -xka "(__fish_complete_directories)" -d 'run as if started in DIR'
complete -c opspolicy -n '_shtab_opspolicy_using init' -l hook -d 'add the hook to .pre-commit-config.yaml'
complete -c opspolicy -n '_shtab_opspolicy_using init' -l workflow -d 'write .github/workflows/opspolicy.yml'
complete -c opspolicy -n '_shtab_opspolicy_using init' -l schemas -d 'write .opspolicy/*.schema.json, for editors'
complete -c opspolicy -n '_shtab_opspolicy_using init' -l from -x -d 'the git repository of opspolicy that hook and workflow use; URL@REVISION pins it'
complete -c opspolicy -n '_shtab_opspolicy_using init' -l dry-run -d 'print what would be written'
complete -c opspolicy -n '_shtab_opspolicy_using; and test $_shtab_opspolicy_npos -eq 0' -a notices -d 'Draft what customers are told of planned outages; nothing is ever sent.'
complete -c opspolicy -n '_shtab_opspolicy_using notices' -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n '_shtab_opspolicy_using notices' -s C -xka "(__fish_complete_directories)" -d 'run as if started in DIR'
complete -c opspolicy -n '_shtab_opspolicy_using notices' -l config -xka "(__fish_complete_path (commandline -ct))" -d 'use this file instead of opspolicy.yaml'
complete -c opspolicy -n '_shtab_opspolicy_using notices' -l as-of -x -d 'judge from here instead of from now'
complete -c opspolicy -n '_shtab_opspolicy_using notices' -l horizon -x -d 'how far ahead to look, such as 180d'
complete -c opspolicy -n '_shtab_opspolicy_using notices' -l templates -xka "(__fish_complete_directories)" -d 'take templates from here, such as `email.fr.txt`'
complete -c opspolicy -n '_shtab_opspolicy_using notices' -l output -xka "(__fish_complete_directories)" -d 'write a file a message and the schedule into a new directory'
complete -c opspolicy -n '_shtab_opspolicy_using notices' -l format -xka "text json" -d 'how to print'
complete -c opspolicy -n '_shtab_opspolicy_using notices' -l no-cache -d 'neither read nor write the cache'
complete -c opspolicy -n '_shtab_opspolicy_using; and test $_shtab_opspolicy_npos -eq 0' -a rules -d 'List the rules, or print the manual page of one.'
complete -c opspolicy -n '_shtab_opspolicy_using rules' -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n '_shtab_opspolicy_using rules' -s C -xka "(__fish_complete_directories)" -d 'run as if started in DIR'
complete -c opspolicy -n '_shtab_opspolicy_using rules' -l config -xka "(__fish_complete_path (commandline -ct))" -d 'use this file instead of opspolicy.yaml'
complete -c opspolicy -n '_shtab_opspolicy_using rules' -l format -xka "text json" -d 'how to print'
complete -c opspolicy -n '_shtab_opspolicy_using rules; and test $_shtab_opspolicy_npos -eq 0' -ka "internal-error unreadable-file invalid-yaml schema-violation unknown-reference duplicate-name dependency-cycle missing-owner unused-declaration empty-scope unknown-holidays job-cycle not-imported invalid-schedule never-runs schedule-in-dst-transition ambiguous-day-fields overlapping-runs misleading-comment missing-timezone undeclared-scheduler unknown-duration beyond-horizon outage-in-business-hours outage-during-induced-demand run-during-outage outage-too-long redundancy-lost downtime-budget-exceeded degraded-in-business-hours colliding-maintenance deadline-missed runs-before-predecessor outage-in-freeze outage-outside-maintenance-hours short-notice missing-approval no-legal-slot missing-notice notice-channel-down support-unstaffed missing-continuity-plan vendor-support-gap vendor-obligation-missing vendor-notice-short expired-waiver unused-waiver unapproved-waiver weakened-policy custom OPS000 OPS001 OPS002 OPS003 OPS101 OPS102 OPS103 OPS104 OPS105 OPS106 OPS107 OPS108 OPS109 OPS201 OPS202 OPS203 OPS204 OPS205 OPS206 OPS207 OPS208 OPS209 OPS210 OPS301 OPS302 OPS303 OPS304 OPS305 OPS306 OPS307 OPS308 OPS401 OPS402 OPS501 OPS502 OPS503 OPS504 OPS505 OPS601 OPS602 OPS603 OPS604 OPS701 OPS702 OPS703 OPS801 OPS802 OPS803 OPS804 OPS900" -d 'a code or a name'
complete -c opspolicy -n '_shtab_opspolicy_using; and test $_shtab_opspolicy_npos -eq 0' -a schema -d 'Print the JSON Schema of a file of declarations, or of one of its sections.'
complete -c opspolicy -n '_shtab_opspolicy_using schema' -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n '_shtab_opspolicy_using schema' -l write -xka "(__fish_complete_directories)" -d 'write those that editors need into a directory instead'
complete -c opspolicy -n '_shtab_opspolicy_using schema; and test $_shtab_opspolicy_npos -eq 0' -ka "estate config policies test team calendar service job maintenance-window freeze vendor waiver diff explanation graph notices report policy-explanation schedule-explanation suggestions test-results waiver-list" -d 'one of estate, config, policies, test, team, calendar, service, job, maintenance-window, freeze, vendor, waiver, diff, explanation, graph, notices, report, policy-explanation, schedule-explanation, suggestions, test-results, waiver-list; estate when left out'
complete -c opspolicy -n '_shtab_opspolicy_using; and test $_shtab_opspolicy_npos -eq 0' -a site -d 'Write calendar, graph, findings, rules and feeds as a directory of static files.'
complete -c opspolicy -n '_shtab_opspolicy_using site' -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n '_shtab_opspolicy_using site' -s C -xka "(__fish_complete_directories)" -d 'run as if started in DIR'
complete -c opspolicy -n '_shtab_opspolicy_using site' -l config -xka "(__fish_complete_path (commandline -ct))" -d 'use this file instead of opspolicy.yaml'
complete -c opspolicy -n '_shtab_opspolicy_using site' -l as-of -x -d 'judge from here instead of from now'
complete -c opspolicy -n '_shtab_opspolicy_using site' -l horizon -x -d 'how far ahead to look, such as 180d'
complete -c opspolicy -n '_shtab_opspolicy_using site' -l no-cache -d 'neither read nor write the cache'
complete -c opspolicy -n '_shtab_opspolicy_using site' -s q -l quiet -d 'say only what is wrong'
complete -c opspolicy -n '_shtab_opspolicy_using site; and test $_shtab_opspolicy_npos -eq 0' -ka "(__fish_complete_directories)" -d 'a new directory, or that of an earlier run; as seen from here'
complete -c opspolicy -n '_shtab_opspolicy_using; and test $_shtab_opspolicy_npos -eq 0' -a suggest -d 'Find the nearest safe slots for a job, a maintenance window or a finding, and edit the YAML.'
complete -c opspolicy -n '_shtab_opspolicy_using suggest' -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n '_shtab_opspolicy_using suggest' -s C -xka "(__fish_complete_directories)" -d 'run as if started in DIR'
complete -c opspolicy -n '_shtab_opspolicy_using suggest' -l config -xka "(__fish_complete_path (commandline -ct))" -d 'use this file instead of opspolicy.yaml'
complete -c opspolicy -n '_shtab_opspolicy_using suggest' -l as-of -x -d 'judge from here instead of from now'
complete -c opspolicy -n '_shtab_opspolicy_using suggest' -l horizon -x -d 'how far ahead to look, such as 180d'
complete -c opspolicy -n '_shtab_opspolicy_using suggest' -l apply -d 'make the first edit, comments kept'
complete -c opspolicy -n '_shtab_opspolicy_using suggest' -l diff -d 'print the edit instead of making it'
complete -c opspolicy -n '_shtab_opspolicy_using suggest' -l pick -x -d 'take the Nth of the suggestions'
complete -c opspolicy -n '_shtab_opspolicy_using suggest' -l count -x -d 'how many of each sort: later and earlier'
complete -c opspolicy -n '_shtab_opspolicy_using suggest' -l format -xka "text json" -d 'how to print'
complete -c opspolicy -n '_shtab_opspolicy_using suggest' -l no-cache -d 'neither read nor write the cache'
complete -c opspolicy -n '_shtab_opspolicy_using suggest' -s v -l verbose -d 'all that was refused'
complete -c opspolicy -n '_shtab_opspolicy_using; and test $_shtab_opspolicy_npos -eq 0' -a test -d 'Run `*_test.yaml`: exit 0 when all tests pass, 1 when some fail, 2 when any can'"'"'t be judged.'
complete -c opspolicy -n '_shtab_opspolicy_using test' -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n '_shtab_opspolicy_using test' -s C -xka "(__fish_complete_directories)" -d 'run as if started in DIR'
complete -c opspolicy -n '_shtab_opspolicy_using test' -l config -xka "(__fish_complete_path (commandline -ct))" -d 'use this file instead of opspolicy.yaml'
complete -c opspolicy -n '_shtab_opspolicy_using test' -l filter -x -d 'only tests whose name has this in it'
complete -c opspolicy -n '_shtab_opspolicy_using test' -l require-tests -d 'fail also for policies of your own that no test holds'
complete -c opspolicy -n '_shtab_opspolicy_using test' -l packs -d 'with --require-tests: also for each error of the packs'
complete -c opspolicy -n '_shtab_opspolicy_using test' -l from-finding -x -d 'write the regression test of a finding, and run none'
complete -c opspolicy -n '_shtab_opspolicy_using test' -l write -xka "(__fish_complete_path (commandline -ct))" -d 'with --from-finding: write it to a file'
complete -c opspolicy -n '_shtab_opspolicy_using test' -l as-of -x -d 'judge from here instead of from now'
complete -c opspolicy -n '_shtab_opspolicy_using test' -l horizon -x -d 'how far ahead to look, such as 180d'
complete -c opspolicy -n '_shtab_opspolicy_using test' -l no-cache -d 'neither read nor write the cache'
complete -c opspolicy -n '_shtab_opspolicy_using test' -l format -xka "text json junit" -d 'how to print'
complete -c opspolicy -n '_shtab_opspolicy_using test' -l output -x -d 'also write the results to a file; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using test' -s q -l quiet -d 'only what doesn'"'"'t pass'
complete -c opspolicy -n '_shtab_opspolicy_using test' -s v -l verbose -d 'a line a test'
complete -c opspolicy -n '_shtab_opspolicy_using test; and test $_shtab_opspolicy_npos -ge 0' -ka "(__fish_complete_path (commandline -ct))" -d 'test files, and directories to look for some in'
complete -c opspolicy -n '_shtab_opspolicy_using; and test $_shtab_opspolicy_npos -eq 0' -a timeline -d 'Draw the calendar of operations: what is down when, who needs it then, and what collides.'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -s C -xka "(__fish_complete_directories)" -d 'run as if started in DIR'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -l config -xka "(__fish_complete_path (commandline -ct))" -d 'use this file instead of opspolicy.yaml'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -l as-of -x -d 'judge from here instead of from now'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -l horizon -x -d 'how far ahead to look, such as 180d'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -l from -x -d 'draw from here on, and not from where it is judged'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -l until -x -d 'draw up to here, and not the whole horizon'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -l timezone -x -d 'whose clock to draw on, and not that of most services'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -l all -d 'also services to which nothing happens'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -l service -x -d 'only this service, or those like `card-*`; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -l team -x -d 'only what this team owns, or has a part in; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -l delay -x -d 'what if every run of this job started so much later; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -l extend -x -d 'what if this window, or job/NAME, took longer; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -l down -x -d 'what if this service were down from then on; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -l format -xka "text svg html ics" -d 'how to print'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -l output -x -d 'also write it to a file; repeatable'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -l no-cache -d 'neither read nor write the cache'
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -l color -xka "auto always never" -d color
complete -c opspolicy -n '_shtab_opspolicy_using timeline' -s v -l verbose -d 'all lanes and findings'
complete -c opspolicy -n '_shtab_opspolicy_using; and test $_shtab_opspolicy_npos -eq 0' -a waivers -d 'List waivers and inline ignores, with their state and what they accept now.'
complete -c opspolicy -n '_shtab_opspolicy_using waivers' -s h -l help -d 'show this help message and exit'
complete -c opspolicy -n '_shtab_opspolicy_using waivers' -s C -xka "(__fish_complete_directories)" -d 'run as if started in DIR'
complete -c opspolicy -n '_shtab_opspolicy_using waivers' -l config -xka "(__fish_complete_path (commandline -ct))" -d 'use this file instead of opspolicy.yaml'
complete -c opspolicy -n '_shtab_opspolicy_using waivers' -l as-of -x -d 'judge from here instead of from now'
complete -c opspolicy -n '_shtab_opspolicy_using waivers' -l horizon -x -d 'how far ahead to look, such as 180d'
complete -c opspolicy -n '_shtab_opspolicy_using waivers' -l no-cache -d 'neither read nor write the cache'
complete -c opspolicy -n '_shtab_opspolicy_using waivers' -l format -xka "text json" -d 'how to print'
complete -c opspolicy -n '_shtab_opspolicy_using waivers; and test $_shtab_opspolicy_npos -ge 0' -ka "(__fish_complete_path (commandline -ct))" -d 'files and directories to read'

"""Part of opspolicy failed.

## What it does
Reports that a rule or an output format of opspolicy raised an error, or that a policy of the rule
`custom` can't be decided: it divides by zero, asks for what nobody has declared, or takes too long.
The findings of the other rules stand, the run is incomplete and the exit code is 2.

## Why
A gate that fails must not look like a gate that has nothing to object to. What the broken part
would have found is unknown, and unknown is never "fine".

## Example
There is none to write: it takes a defect in opspolicy, or a rule of your own that goes wrong
([Rules of your own](../custom-rules.md)). The finding names the rule, the error and the line it
came from.

## Use instead
Mend the policy where the finding points at one. Else report the finding's text as it stands, with
the smallest file that still shows it. To go on in the meantime, take the declaration it stumbles
over out of the change.
"""

from __future__ import annotations

from opspolicy.rules.base import ERROR, Rule

RULE = Rule("OPS000", "internal-error", ERROR, __doc__, incomplete=True)

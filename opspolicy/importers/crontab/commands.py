"""What a command line is called: by the program that does the work, behind what only wraps it."""

from __future__ import annotations

import re
from collections import deque

from opspolicy.record import NamedTuple

LONGEST = 1000
"""How much of a command is looked at. Vixie cron takes no more (MAX_COMMAND), and a name is near
the beginning."""

OPERATOR = r"&&|\|\||[;&|()<>]"
# A lone quote is part of its word: no shell would take the line, and it has a name all the same.
WORD = re.compile(
    OPERATOR + r"""|(?:[^\s"'\\;&|()<>]|\\.|"(?:[^"\\]|\\.)*+"|'[^']*+'|["'\\])+""", re.DOTALL
)
ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
ENDING = re.compile(r"(?<=.)\.(sh|bash|zsh|ksh|py|php|phar|pl|rb|js|mjs|cjs|ts|jar|R|lua|exe)$")
FURTHER = frozenset(("&&", "||", ";"))
PASSED = frozenset((
    *FURTHER, "&", "|", "(", ")", "<", ">", "{", "!", "$",
    "if", "then", "else", "elif", "do", "while", "until",
))  # fmt: skip
"""Words behind which a command may begin."""

ASIDE = frozenset((
    "cd", "test", "[", "[[", "command", "which", "type", "hash", "true", "export", "set", "umask",
    "ulimit", "source", ".", "mkdir", "sleep",
))  # fmt: skip
"""What looks or sets the scene; the work comes behind the next `&&`, `||` or `;`."""


class Wrapper(NamedTuple):
    """A program that runs another: its options that take a word, and how many words it is given."""

    takes: str = ""
    given: int = 0


WRAPPERS = {
    "chronic": Wrapper(),
    "cronic": Wrapper(),
    "doas": Wrapper("-u -C"),
    "env": Wrapper("-u --unset -C --chdir"),
    "exec": Wrapper("-a"),
    "flock": Wrapper("-w --wait --timeout -E --conflict-exit-code", 1),
    "ionice": Wrapper("-c --class -n --classdata"),
    "nice": Wrapper("-n --adjustment"),
    "nohup": Wrapper(),
    "run-one": Wrapper(),
    "run-parts": Wrapper("-a --arg -u --umask"),
    "runuser": Wrapper("-u --user -g --group -s --shell", 1),
    "setsid": Wrapper(),
    "stdbuf": Wrapper("-i -o -e"),
    "su": Wrapper("-s --shell -g --group", 1),
    "sudo": Wrapper("-u --user -g --group -h --host -p --prompt -C -D -R -T"),
    "systemd-cat": Wrapper("-t -p"),
    "time": Wrapper("-f -o"),
    "timeout": Wrapper("-k --kill-after -s --signal", 1),
}


class Interpreter(NamedTuple):
    """A program that runs a script: its options that take a word, and those that take code."""

    takes: str = ""
    code: str = ""


SHELL = Interpreter("-o +o -O --rcfile --init-file")
INTERPRETERS = {
    **dict.fromkeys(("ash", "bash", "dash", "ksh", "sh", "zsh"), SHELL),
    "java": Interpreter("-cp -classpath --class-path"),
    "node": Interpreter("-r --require", "-e --eval -p --print"),
    "nodejs": Interpreter("-r --require", "-e --eval -p --print"),
    "perl": Interpreter("-I", "-e -E"),
    "php": Interpreter("-c -d -z", "-r"),
    "python": Interpreter("-W -X", "-c"),
    "ruby": Interpreter("-C -I -r", "-e"),
}
VERSIONED = re.compile(r"([a-z]+)[0-9.]*")


def called(command: str) -> str:
    """Return what a command is called: the base name of its program, or of its script."""
    words = deque(WORD.findall(command[:LONGEST]))
    first = ""
    while words:
        word = _bare(words.popleft())
        if word in PASSED or ASSIGNMENT.match(word):
            continue
        name = _base(word)
        first = first or name
        found = VERSIONED.fullmatch(name)
        interpreter = INTERPRETERS.get(found[1]) if found else None
        if name in ASIDE:
            while words and words[0] not in FURTHER:
                words.popleft()
        elif name in WRAPPERS:
            _unwrap(words, WRAPPERS[name], is_runuser=name == "runuser")
        elif interpreter is None:
            return name
        elif (script := _script(words, interpreter)) is not None:
            return script or name
    return first


def _bare(word: str) -> str:
    """Return a word as the shell hands it on."""
    return re.sub(r"\\(.)", r"\1", re.sub("[\"']", "", word), flags=re.DOTALL)


def _base(word: str) -> str:
    base = word.rstrip("/").rpartition("/")[2] or word
    return ENDING.sub("", base)


def _unwrap(words: deque[str], wrapper: Wrapper, *, is_runuser: bool) -> None:
    """Take the options of a wrapper, and what it is given, from the ``words`` behind it."""
    left, takes = wrapper.given, wrapper.takes.split()
    while words:
        word = words[0]
        if word in {"-c", "--command"} and wrapper.given:
            words.popleft()
            _open(words)
            return
        if word.startswith("-"):
            words.popleft()
            if word in takes and words:
                # `runuser -u USER PROGRAM` names the user by the option, then comes the program.
                left -= is_runuser and word in {"-u", "--user"}
                words.popleft()
        elif left > 0:
            words.popleft()
            left -= 1
        else:
            return


def _open(words: deque[str]) -> None:
    """Put the words of a command that is one word, in quotes, in place of that word."""
    if words:
        words.extendleft(reversed(WORD.findall(_unquoted(words.popleft()))))


def _unquoted(word: str) -> str:
    """Return a word without its outer quotes, those in it as they are."""
    if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'":
        return word[1:-1].replace('\\"', '"') if word[0] == '"' else word[1:-1]
    return word


def _script(words: deque[str], interpreter: Interpreter) -> str | None:
    """Return the script or module that an interpreter runs, "" for none.

    None where a shell is given a command, whose words have come in its place.
    """
    takes, code = interpreter.takes.split(), interpreter.code.split()
    while words and words[0] not in PASSED:
        word = words.popleft()
        if interpreter is SHELL and re.fullmatch(r"-[a-z]*c", word):
            _open(words)
            return None
        if word in code:
            return ""
        if word == "-m" and words:
            return _bare(words.popleft())
        if word in takes and words:
            words.popleft()
        elif not word.startswith(("-", "+")):
            return _base(_bare(word))
    return ""

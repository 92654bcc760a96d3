"""JSON as platforms give it: one answer, several in a list, or several pasted after each other."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import gettext as _

from .parsed import Unreadable

_DEEPEST = 8
_MOST_ANSWERS = 200
#: Somewhere in a list, unless it is the list of the answer itself.
_LISTED = re.compile(r"(?<!data)(?<!list)(?<=\w)\[")


def loaded(text: str) -> list[Any]:
    """Every answer in the text. Raises Unreadable with the line and column of a mistake."""
    try:
        answers = list(_answers(text))
        # Half of a sign, such as \ud800 alone, can be written in JSON and nowhere else.
        json.dumps(answers, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise Unreadable(_("The JSON has half a letter in it. Export it again")) from error
    except RecursionError as error:
        raise Unreadable(_("The JSON is nested too deeply to be a platform’s")) from error
    except json.JSONDecodeError as error:
        raise Unreadable(
            _(
                "The JSON breaks off or has a mistake at line %(line)s, column %(column)s. "
                "Export it again",
                line=error.lineno,
                column=error.colno,
            )
        ) from error
    except ValueError as error:  # a number of thousands of digits, or NaN
        raise Unreadable(_("The JSON has a number in it that no count can be")) from error
    return answers


def _answers(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    place = 0
    for _number in range(_MOST_ANSWERS):
        # Between answers that were pasted together stand spaces, and perhaps commas.
        while place < len(text) and text[place] in " \t\r\n,;\ufeff":
            place += 1
        if place >= len(text):
            return
        answer, place = decoder.raw_decode(text, place)
        yield answer
    raise Unreadable(_("There are too many answers in one file. Choose a file of your own account"))


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def objects(
    value: Any, path: str = "", name: str = "", depth: int = 0
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every object inside, outermost first: where it stands, under which key, and itself."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield path, name, value
        for key, inner in value.items():
            if isinstance(inner, dict | list):
                below = f"{path}.{str(key)[:40]}" if path else str(key)[:40]
                yield from objects(inner, below, str(key)[:40], depth + 1)
    elif isinstance(value, list):
        # A file of one answer needs no number to say where in it something stands.
        alone = depth == 0 and len(value) == 1
        for number, inner in enumerate(value):
            if isinstance(inner, dict | list):
                below = path if alone else f"{path}[{number}]"
                yield from objects(inner, below, name, depth + 1)


def about(answers: Any) -> list[dict[str, Any]]:
    """The objects that are about the account itself, and not a name in some list of it."""
    return [one for path, _name, one in objects(answers) if not _LISTED.search(path)]


def first_text(ones: Iterable[dict[str, Any]], *keys: str) -> str:
    """The first of these keys that has a text in it."""
    for one in ones:
        for key in keys:
            if isinstance(one.get(key), str) and one[key].strip():
                return str(one[key]).strip()[:120]
    return ""


def first_count(ones: Iterable[dict[str, Any]], *keys: str) -> int | None:
    """The first of these keys that has a believable count in it."""
    for one in ones:
        for key in keys:
            value = one.get(key)
            if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 2 * 10**9:
                return value
    return None


def refusals(answers: Any) -> list[str]:
    """What a platform answered instead of numbers, in words."""
    said: list[str] = []
    for _path, _name, one in objects(answers):
        error = one.get("error")
        if isinstance(error, dict):
            said.append(_refusal(error.get("code"), error.get("message")))
        elif one.get("code") not in (None, 0, "0", "ok") and "request_id" in one:
            said.append(_refusal(one.get("code"), one.get("message")))
    return list(dict.fromkeys(said))


#: Codes of Meta's and TikTok's answers, and of Google's, which are those of HTTP.
_SIGNED_OUT = {102, 190, 401, 463, 467, 40104, 40105}
_NOT_ALLOWED = {3, 10, 403, 40001, 40002, *range(200, 300)}
_TOO_OFTEN = {4, 17, 32, 429, 613, 40100, 40133, 80002}


def _refusal(code: object, message: object) -> str:
    number = code if isinstance(code, int) else -1
    told = " ".join(str(message or "").split())[:160]
    if number in _SIGNED_OUT:
        why = _("its access had run out, so sign in there again and export anew")
    elif number in _TOO_OFTEN:
        why = _("it was asked too often, so wait an hour and export anew")
    elif number in _NOT_ALLOWED:
        why = _("the app that asked may not read insights, so give it that permission")
    else:
        why = _("it could not answer this question")
    quoted = _(" It said “%(message)s”", message=told) if told else ""
    shown = code if isinstance(code, int | str) else "?"
    return _(
        "The platform answered with error %(code)s instead of numbers: %(why)s.%(quoted)s",
        code=str(shown)[:20],
        why=why,
        quoted=quoted,
    )

"""Rewrites the regular expressions of the API models for Rust's `regex` crate.

The models' patterns are written for Java and not always for it either. A pattern is taken apart
and put together again in the subset that all engines agree on: explicit ASCII classes, escaped
punctuation, groups without capture. What is not understood with certainty is dropped: look-around,
back references, surrogates, nested or intersected classes, possessive quantifiers.
"""

import re

# A larger repetition is loosened to `+` or `*`: the compiled program would grow with it, and
# the length is checked on its own.
LARGEST_REPETITION = 256
WORD, DIGIT, SPACE = "0-9A-Z_a-z", "0-9", r"\t\n\x0B\x0C\r\x20"
POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7F",
    "blank": r"\t\x20",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": r"\x20-~",
    "punct": r"!-/:-@\[-`{-~",
    "space": SPACE,
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
    "isdigit": r"\p{Nd}",
    "isalphabetic": r"\p{Alphabetic}",
    "isletter": r"\p{L}",
    "l": r"\p{L}",
    "lu": r"\p{Lu}",
    "ll": r"\p{Ll}",
    "lt": r"\p{Lt}",
    "lm": r"\p{Lm}",
    "lo": r"\p{Lo}",
    "m": r"\p{M}",
    "n": r"\p{N}",
    "nd": r"\p{Nd}",
    "p": r"\p{P}",
    "s": r"\p{S}",
    "z": r"\p{Z}",
    "zs": r"\p{Zs}",
    "c": r"\p{C}",
    "cc": r"\p{Cc}",
}
CONTROL = {"t": r"\t", "n": r"\n", "r": r"\r", "f": r"\x0C", "v": r"\x0B", "0": r"\x00"}
SPECIAL = set(r"\.+*?()|[]{}^$#&-~/ ")


class Unsupported(Exception):
    """A construct that is not surely understood."""


def literal(char):
    """A character as itself in a pattern, inside or outside of a class."""
    if 0xD800 <= ord(char) <= 0xDFFF:
        raise Unsupported("surrogate")
    if ord(char) < 0x20 or ord(char) == 0x7F:
        return f"\\x{ord(char):02X}"
    if char == " ":
        return r"\x20"
    return "\\" + char if char in SPECIAL and char != "/" else char


class Rewriter:
    """One pattern on its way through."""

    def __init__(self, text):
        self.text = text
        self.at = 0

    def peek(self, length=1):
        """The next characters."""
        return self.text[self.at : self.at + length]

    def take(self):
        """The next character; the end of the text is an error."""
        if self.at >= len(self.text):
            raise Unsupported("end")
        self.at += 1
        return self.text[self.at - 1]

    def rewrite(self):
        """The whole pattern in the common subset."""
        out = self._alternatives()
        if self.at != len(self.text):
            raise Unsupported("unbalanced")
        return out

    def _alternatives(self):
        parts = [self._sequence()]
        while self.peek() == "|":
            self.take()
            parts.append(self._sequence())
        return "|".join(parts)

    def _sequence(self):
        out = []
        while self.peek() and self.peek() not in "|)":
            atom = self._atom()
            out.append(atom + (self._quantifier() if atom not in ("^", "$", "") else ""))
        return "".join(out)

    def _atom(self):
        char = self.take()
        if char == "(":
            return self._group()
        if char == "[":
            return self._class()
        if char == "\\":
            return self._escape(in_class=False)
        if char in "^$.":
            return char
        if char in "*+?":
            raise Unsupported("quantifier without atom")
        return literal(char)

    def _group(self):
        if self.peek() == "?":
            self.take()
            if self.peek() == ":":
                self.take()
            elif named := re.match(r"P?<\w+>", self.text[self.at :]):
                self.at += named.end()
            else:
                raise Unsupported("look-around or flags")
        inner = self._alternatives()
        if self.take() != ")":
            raise Unsupported("group")
        return f"(?:{inner})"

    def _quantifier(self):
        char = self.peek()
        if not char or char not in "*+?{":
            return ""
        if char == "{":
            counted = re.match(r"\{(\d+)(,?)(\d*)\}", self.text[self.at :])
            if not counted:
                raise Unsupported("brace")
            self.at += counted.end()
            out = repetition(counted)
        else:
            out = self.take()
        if self.peek() == "?":
            out += self.take()
        elif self.peek() and self.peek() in "*+{":
            raise Unsupported("possessive")
        return out

    def _escape(self, in_class):
        """An escape as text; for a class escape its members, in brackets outside of a class."""
        char = self.take()
        for name, members in (("w", WORD), ("d", DIGIT), ("s", SPACE)):
            if char == name:
                return members if in_class else f"[{members}]"
            if char == name.upper():
                if in_class:
                    return {"W": r"\W", "D": r"\D", "S": r"\S"}[char]
                return f"[^{members}]"
        if char == "p":
            named = re.match(r"\{(?:Is)?(\w+)\}", self.text[self.at :]) or re.match(r"(\w)", self.text[self.at :])
            if not named or named[1].lower() not in POSIX:
                raise Unsupported("property")
            self.at += named.end()
            members = POSIX[named[1].lower()]
            return members if in_class else f"[{members}]"
        if char in "ux":
            return literal(self._code_point(char))
        if char in CONTROL:
            return CONTROL[char]
        if char in "AzZ" and not in_class:
            return "^" if char == "A" else "$"
        if char.isalnum():
            raise Unsupported("escape")
        return literal(char)

    def _code_point(self, kind):
        digits = re.match(r"\{([0-9A-Fa-f]+)\}", self.text[self.at :])
        if not digits:
            digits = re.match(r"([0-9A-Fa-f]{%d})" % (4 if kind == "u" else 2), self.text[self.at :])
        if not digits or int(digits[1], 16) > 0x10FFFF:
            raise Unsupported("code point")
        self.at += digits.end()
        return chr(int(digits[1], 16))

    def _class(self):
        negated = self.peek() == "^"
        if negated:
            self.take()
        items = []
        while True:
            if self.peek() == "]" and items:
                self.take()
                break
            items.append(self._class_item())
        return f"[{'^' if negated else ''}{''.join(self._ranges(items))}]"

    def _class_item(self):
        """(text, whether it is one character, whether it is a bare hyphen)."""
        posix = re.match(r"\[:(\w+):\]", self.text[self.at :])
        if posix:
            if posix[1].lower() not in POSIX:
                raise Unsupported("class name")
            self.at += posix.end()
            return POSIX[posix[1].lower()], False, False
        char = self.take()
        if char == "[" or (char == "&" and self.peek() == "&"):
            raise Unsupported("nested class")
        if char == "\\":
            name = self.peek()
            return self._escape(in_class=True), name not in tuple("wdsWDSp"), False
        return literal(char), True, char == "-"

    @staticmethod
    def _ranges(items):
        """Hyphens between two single characters make a range; all others stand for themselves."""
        index = 0
        while index < len(items):
            text, single, hyphen = items[index]
            if index + 2 < len(items) and single and items[index + 1][2] and items[index + 2][1]:
                end = items[index + 2][0]
                if order(text) > order(end):
                    raise Unsupported("reversed range")
                yield f"{text}-{end}"
                index += 3
                continue
            yield text
            index += 1


def order(text):
    """The code point of a rewritten single character."""
    if text.startswith("\\x"):
        return int(text[2:], 16)
    if text in (r"\t", r"\n", r"\r"):
        return ord({"t": "\t", "n": "\n", "r": "\r"}[text[1]])
    return ord(text[-1])


def repetition(counted):
    """`{n}`, `{n,}` or `{n,m}`, loosened where the counts are large."""
    low, comma, high = int(counted[1]), counted[2], counted[3]
    largest = int(high) if high else low
    if comma and high and int(high) < low:
        raise Unsupported("counts")
    if largest > LARGEST_REPETITION:
        return "*" if low == 0 else "+"
    return counted[0]


def rewrite(pattern):
    """The pattern for a match of the whole value in Rust's syntax, or nothing."""
    try:
        out = Rewriter(pattern).rewrite()
    except (Unsupported, RecursionError):
        return None
    if nested_repetition(out):
        return None
    starts, ends = out.startswith("^"), out.endswith("$") and not out.endswith(r"\$")
    if "|" in top_level(out):
        # Anchors of single alternatives: the whole is left as it stands.
        return None if starts != ends else out
    if starts and not ends:
        return out + r"[\s\S]*"
    if ends and not starts:
        return r"[\s\S]*" + out
    return None if trivial(out) else out


def rewrite_search(pattern):
    """A pattern that may match anywhere in the value, rewritten for a match of the whole value."""
    try:
        out = Rewriter(pattern).rewrite()
    except (Unsupported, RecursionError):
        return None
    if "|" in top_level(out):
        out = f"(?:{out})"
    starts, ends = out.startswith("^"), out.endswith("$") and not out.endswith(r"\$")
    if any(anchor in re.sub(r"\\.|\[[^\]]*\]", "", out)[1:-1] for anchor in "^$"):
        # Anchors inside: they may stand for the ends of the whole value, or not.
        return out if out.startswith("(?:^") and out.endswith("$)") else None
    if nested_repetition(out):
        return None
    return ("" if starts else r"[\s\S]*") + out + ("" if ends else r"[\s\S]*")


def nested_repetition(pattern):
    """Whether counted repetitions are nested so that the compiled program would be large."""
    product = 1
    for count in re.findall(r"\{\d*,?(\d+)\}", pattern):
        product = max(product, int(count))
    return product * pattern.count("{") > 20_000


def top_level(pattern):
    """The characters of a pattern outside of groups and classes."""
    out, depth, in_class, index = [], 0, False, 0
    while index < len(pattern):
        char = pattern[index]
        if char == "\\":
            index += 2
            continue
        if in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        elif depth == 0:
            out.append(char)
        index += 1
    return "".join(out)


def trivial(pattern):
    """Whether a pattern admits every value of one line or says nothing that helps."""
    return pattern.strip("^$") in (r".*", r".+", r"[\s\S]*", r"[\S\s]*", r".*\S.*", "")


SERVICE = re.compile(r"^[a-z0-9-]+$")


def arn_service(pattern):
    """Whether a pattern admits ARNs only, and the service it fixes: (True, service or None)."""
    text = pattern.removeprefix("^").removesuffix("$")
    while text.startswith("(") and text.endswith(")") and balanced(text[1:-1]):
        text = text[1:-1].removeprefix("?:").removeprefix("^").removesuffix("$")
    if not text.startswith("arn:") or "|" in top_level(text):
        return False, None
    parts = split_colons(text)
    service = parts[2] if len(parts) > 2 else ""
    return True, service if SERVICE.match(service) else None


def balanced(text):
    """Whether parentheses close only what was opened in the text."""
    depth = 0
    for char in re.sub(r"\\.|\[[^\]]*\]", "", text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth < 0:
            return False
    return depth == 0


def split_colons(text):
    """The parts between the colons that stand outside of groups and classes."""
    parts, depth, in_class, current, index = [], 0, False, "", 0
    while index < len(text):
        char = text[index]
        if char == "\\":
            current += text[index : index + 2]
            index += 2
            continue
        if in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == ":" and depth == 0:
            parts.append(current)
            current = ""
            index += 1
            continue
        current += char
        index += 1
    return parts + [current]

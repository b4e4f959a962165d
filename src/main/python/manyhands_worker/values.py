"""What tasks give back, as JSON."""

import json
from json.encoder import encode_basestring
from math import isfinite

from . import limits
from .failures import Failure, raised
from .frames import LIMIT, RESULT, VALUE_LIMIT


class NotSendable(Exception):
    """A value that is no JSON."""


class Values:
    """Values as JSON, one a line."""

    def __init__(self, most_bytes):
        self.most_bytes = most_bytes
        self.encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        self.renew()

    def renew(self):
        # The C encoder keeps the containers that it is in, to find circles; after an error it has to be a new one.
        self.pieces = None
        if json.encoder.c_make_encoder is not None:
            self.pieces = json.encoder.c_make_encoder(
                {}, self.encoder.default, encode_basestring, None, ":", ",", False, False, False
            )

    def line(self, value):
        try:
            if self.pieces is None:
                return self.encoder.encode(value)
            return "".join(self.pieces(value, 0))
        except MemoryError:
            self.renew()
            raise
        except BaseException as error:
            self.renew()
            raise NotSendable(f"the value cannot be sent as JSON: {error or type(error).__name__}") from None

    def encode(self, values, failures, at):
        """The lines of values as bytes; those that are no JSON become failures."""
        kinds = set(map(type, values))
        lines = None
        try:
            if kinds == {int}:
                lines = list(map(repr, values))
            elif kinds == {str}:
                lines = list(map(encode_basestring, values))
            elif kinds == {float} and all(map(isfinite, values)):
                lines = list(map(repr, values))
        except (ValueError, MemoryError):
            pass  # an integer with more digits than Python prints, or a huge text: found again below, one by one
        if lines is None:
            lines = [self.line_or_failure(value, failures, at + i) for i, value in enumerate(values)]
        return self.join(lines, failures, at)

    def line_or_failure(self, value, failures, index):
        try:
            return self.line(value)
        except NotSendable as error:
            failures[index] = Failure(RESULT, str(error))
        except MemoryError as error:
            failures[index] = out_of_memory(error)
        return "null"

    def join(self, lines, failures, at):
        try:
            data = utf8("\n".join(lines))
        except MemoryError:
            # None for a copy of those that are too long for sure, as a character is a byte at least.
            for i, line in enumerate(lines):
                if len(line) > self.most_bytes:
                    failures[at + i] = too_long(length(line), self.most_bytes)
                    lines[i] = "null"
            data = utf8("\n".join(lines))
        if len(data) > self.most_bytes:
            whole = data.split(b"\n")
            for i, line in enumerate(whole):
                if len(line) > self.most_bytes:
                    failures[at + i] = too_long(len(line), self.most_bytes)
                    whole[i] = b"null"
            data = b"\n".join(whole)
        return data + b"\n"


def too_long(came, most):
    return Failure(LIMIT, f"expected a value of at most {most} bytes of JSON (max-value), got {came}", VALUE_LIMIT)


def length(line):
    """In bytes, or in characters if there is no memory to know it."""
    try:
        return len(line) if line.isascii() else len(utf8(line))
    except MemoryError:
        return len(line)


def out_of_memory(error):
    exceeded = limits.named(error)
    return Failure(LIMIT, exceeded[1], exceeded[0]) if exceeded else raised(error)


def utf8(lines):
    try:
        return lines.encode("utf-8")
    except UnicodeEncodeError:
        # Half of a surrogate pair stands in a string only, where JSON can write it as an escape.
        return "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in lines).encode("utf-8")

import re
from collections import Counter


def count_words(text):
    """How often each word occurs in the text."""
    return Counter(re.findall(r"[a-z]+(?:'[a-z]+)?", text.lower()))

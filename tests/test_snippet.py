"""The part of a passage that is shown for a question."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.chat.snippet import snippet

FILLER = "The tide table was read again and nothing new was found. " * 12
FEES = "The fee for moored boats is 14 crowns. "


def test_the_words_of_the_question_are_in_sight() -> None:
    shown = snippet(FILLER + FEES + FILLER, "What are the mooring fees?", 120)
    assert shown.startswith("… The fee for moored boats is 14 crowns.")
    assert snippet(FILLER, "Who?", 40).startswith("The tide table was read again")
    assert snippet("Short.", "What is short?", 40) == "Short."


@given(st.text(max_size=400), st.text(max_size=40), st.integers(20, 100))
def test_a_snippet_is_a_part_of_the_text(text: str, question: str, limit: int) -> None:
    shown = snippet(text, question, limit)
    assert shown.removeprefix("… ").removesuffix(" …").strip() in " ".join(text.split())
    assert len(shown) <= limit + 4

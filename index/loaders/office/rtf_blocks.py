"""Puts the text of an RTF file together: paragraphs, headings, items, rows of tables, notes and boxes."""

from __future__ import annotations

from dataclasses import dataclass

from index.loaders.builder import TextBuilder
from index.loaders.office.rtf_table import RowShape, aligned

_BULLETS = frozenset("·•o§-–▪◦●○■□➢✓*\uf0b7\uf0a7\uf0d8\uf0fc")


@dataclass(slots=True)
class _Paragraph:
    level: int = 0
    style: int = 0
    in_table: bool = False


class Blocks:
    """Takes text and control words in order. `styles` are the levels of headings by style."""

    def __init__(self) -> None:
        self.builder = TextBuilder()
        self.styles: dict[int, int] = {}
        self._pieces: dict[str, list[str]] = {"body": [], "marker": [], "note": [], "author": []}
        self._paragraph = _Paragraph()
        self._around_boxes: list[tuple[list[str], _Paragraph]] = []
        self._notes: list[str] = []
        self._note_count = 0
        self._shape = RowShape()
        self._merges_down = False
        self._row: list[str] = []
        self._table: list[tuple[RowShape, list[str]]] = []
        self._has_header: bool | None = None

    def put(self, text: str, into: str = "body") -> None:
        """`into`: body, marker (of the next item), note (also a comment) or author (of the next comment)."""
        self._pieces[into].append(text)

    def word(self, word: str, number: int | None) -> None:
        match word:
            case "par" | "sect":
                self._end_paragraph()
            case "pard":
                self._paragraph = _Paragraph()
            case "s":
                self._paragraph.style = number or 0
            case "outlinelevel":
                self._paragraph.level = (number or 0) + 1 if 0 <= (number or 0) < 9 else 0
            case "intbl":
                self._paragraph.in_table = True
            case "nestcell":
                self.put(" | ")
            case "nestrow":
                self.put(" / ")
            case "cell":
                self._row.append(self._taken("body"))
                self._pieces["marker"].clear()
            case "row":
                self._table.append((self._shape, self._row))
                self._row = []
            case _:
                self._row_word(word, number or 0)

    def start_box(self) -> None:
        self._around_boxes.append((self._pieces["body"], self._paragraph))
        self._pieces["body"], self._paragraph = [], _Paragraph()

    def end_box(self) -> None:
        self._end_paragraph()
        self._pieces["body"], self._paragraph = self._around_boxes.pop()

    def forget_author(self) -> None:
        self._pieces["author"].clear()

    def end_note(self, is_comment: bool) -> None:
        text = self._taken("note").strip()
        if is_comment:
            author = self._taken("author").strip()
            label = f"Comment by {author}" if author else "Comment"
        else:
            self._note_count += 1
            label = f"Footnote {self._note_count}"
        if text:
            self._notes.append(f"{label}: {text}")

    def end(self) -> None:
        while self._around_boxes:
            self.end_box()
        self._end_paragraph()
        self._end_table()
        self._end_notes()

    def _row_word(self, word: str, number: int) -> None:
        match word:
            case "trowd":
                self._shape = RowShape()
            case "trleft":
                self._shape.left = number
            case "trhdr" if not self._table:
                self._has_header = True
            case "clvmgf" | "clvmrg":
                self._merges_down = word == "clvmrg"
            case "cellx":
                self._shape.edges.append(number)
                self._shape.continued.append(self._merges_down)
                self._merges_down = False

    def _taken(self, what: str) -> str:
        text = _joined(self._pieces[what])
        self._pieces[what] = []
        return text

    def _end_paragraph(self) -> None:
        if self._paragraph.in_table:
            self.put("\n")
            self._pieces["marker"].clear()
            return
        text, marker = self._taken("body"), self._taken("marker").strip()
        if text.strip():
            self._end_table()
            if level := self._paragraph.level or self.styles.get(self._paragraph.style, 0):
                self.builder.heading(f"{marker} {text}" if marker else text, level)
            elif marker:
                self.builder.item(text, "- " if set(marker) <= _BULLETS else f"{marker} ")
            else:
                self.builder.paragraph(text)
        if not self._table:
            self._end_notes()

    def _end_table(self) -> None:
        if self._row:  # a table that was cut off
            self._table.append((self._shape, self._row))
        if self._table:
            self.builder.table(aligned(self._table), self._has_header)
            self._table, self._row, self._has_header = [], [], None
            self._end_notes()

    def _end_notes(self) -> None:
        for note in self._notes:
            self.builder.paragraph(note)
        self._notes.clear()


def _joined(pieces: list[str]) -> str:
    """Pairs of surrogates, which come as two characters, become one."""
    return "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")

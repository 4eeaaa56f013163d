"""Taking documents out: files stay on disk unless they came through the page, and nothing else is lost or touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus import HARBOUR, PIER, BagEmbedder, small_index, write
from test_library_upkeep import finished, upkeep_of, uris

from index.build import build_index
from index.scan import IGNORE_FILE
from index.uploads import MARK
from rag.status import read_status
from ui.library.jobs import Removal


def test_a_removed_file_stays_on_disk_and_can_be_taken_in_again(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    write(chosen.seeds_dir, {IGNORE_FILE: "*.bak"})
    upkeep = upkeep_of(chosen)
    run = finished(upkeep, upkeep.remove(["papers/pier.txt"]))
    assert run.report is not None and run.report.removed == ("papers/pier.txt",)
    assert (chosen.seeds_dir / "pier.txt").read_text() == PIER
    assert (chosen.seeds_dir / IGNORE_FILE).read_text().splitlines()[-2] == "/pier.txt"
    assert build_index(chosen, embedder=BagEmbedder()).added == ()
    run = finished(upkeep, upkeep.restore("papers/pier.txt"))
    assert run.report is not None and run.report.added == ("papers/pier.txt",)
    assert (chosen.seeds_dir / IGNORE_FILE).read_text() == "*.bak\n"


def test_more_than_half_of_a_folder_can_be_removed_at_once(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    upkeep = upkeep_of(chosen)
    run = finished(upkeep, upkeep.remove(["papers/pier.txt", "papers/limit.txt", "papers/ferry.txt"]))
    assert run.report is not None and len(run.report.removed) == 3 and uris(chosen) == []


def test_a_removal_does_not_take_along_what_was_lost_meanwhile(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    for name in ("limit.txt", "ferry.txt"):
        (chosen.seeds_dir / name).unlink()
    upkeep = upkeep_of(chosen)
    run = finished(upkeep, upkeep.remove(["papers/pier.txt"]))
    assert run.report is not None and run.report.removed == ()
    assert "3 of 3 documents are gone" in run.report.failures[0].detail
    run = finished(upkeep, upkeep.update(allow_loss=True))
    assert run.report is not None and len(run.report.removed) == 3


@pytest.mark.slow
def test_a_purged_text_is_in_no_file_of_the_index(tmp_path: Path) -> None:
    chosen = small_index(tmp_path, {**HARBOUR, "secret.txt": "The password of the harbour is xylophonequark."})
    upkeep = upkeep_of(chosen)
    assert any(b"xylophonequark" in file.read_bytes() for file in chosen.index_dir.rglob("*") if file.is_file())
    run = finished(upkeep, upkeep.remove(["papers/secret.txt"], purge=True))
    assert run.problem is None
    assert not any(b"xylophonequark" in file.read_bytes() for file in chosen.index_dir.rglob("*") if file.is_file())


def test_an_uploaded_file_is_deleted(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    uploads = write(tmp_path / "uploads", {"crane.txt": "The crane is green.", MARK: "", "tug.txt": "The tug is red."})
    upkeep = upkeep_of(chosen)
    finished(upkeep, upkeep.update([uploads]))
    assert "uploads/crane.txt" in uris(chosen)
    run = finished(upkeep, upkeep.remove(["uploads/crane.txt"]))
    assert run.report is not None and run.report.removed == ("uploads/crane.txt",)
    assert not (uploads / "crane.txt").exists() and (uploads / "tug.txt").exists()
    assert not (uploads / IGNORE_FILE).exists()


def test_a_copy_of_a_folder_of_uploads_is_not_deleted_from(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    write(tmp_path / "uploads", {MARK: ""})
    copies = (chosen.seeds_dir / "uploads", tmp_path / "elsewhere" / "uploads")
    for copy in copies:
        write(copy, {"crane.txt": f"The crane of {copy} is green.", MARK: ""})
    upkeep = upkeep_of(chosen)
    finished(upkeep, upkeep.update([chosen.seeds_dir, copies[1]]))
    run = finished(upkeep, upkeep.remove(["papers/uploads/crane.txt", "uploads/crane.txt"]))
    assert run.report is not None and len(run.report.removed) == 2
    assert all((copy / "crane.txt").exists() for copy in copies)
    assert (chosen.seeds_dir / IGNORE_FILE).exists() and (copies[1] / IGNORE_FILE).exists()


def test_a_removal_that_is_cancelled_while_it_is_prepared_has_changed_nothing(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    left = [2]

    def check() -> None:
        left[0] -= 1
        if not left[0]:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        Removal(("papers/ferry.txt", "papers/pier.txt")).prepare(chosen, check)
    assert not (chosen.seeds_dir / IGNORE_FILE).exists()


@pytest.mark.slow
def test_a_mail_goes_as_a_whole(tmp_path: Path) -> None:
    mail = (
        "From: a@example.org\nTo: b@example.org\nSubject: Crane\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\nThe crane is green.\n'
        '--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename="note.txt"\n\n'
        "The tug is red.\n--x--\n"
    )
    chosen = small_index(tmp_path, {**HARBOUR, "letter.eml": mail})
    inside = [uri for uri in uris(chosen) if uri.startswith("papers/letter.eml/")]
    assert len(inside) == 1
    upkeep = upkeep_of(chosen)
    finished(upkeep, upkeep.remove(inside))
    assert not any("letter.eml" in uri for uri in uris(chosen)) and len(uris(chosen)) == 3
    assert "\n/letter.eml\n" in (chosen.seeds_dir / IGNORE_FILE).read_text()


@pytest.mark.slow
def test_a_folder_is_forgotten_and_its_files_stay(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    more = write(tmp_path / "more", {"crane.txt": "The crane is green."})
    upkeep = upkeep_of(chosen)
    finished(upkeep, upkeep.update([more]))
    run = finished(upkeep, upkeep.forget(more))
    assert run.report is not None and run.report.removed == ("more/crane.txt",) and (more / "crane.txt").exists()
    assert [root["name"] for root in read_status(chosen)["roots"]] == ["papers"]


def test_nothing_outside_of_the_folders_is_touched(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    victim = write(tmp_path, {"victim.txt": "Mine."}) / "victim.txt"
    upkeep = upkeep_of(chosen)
    for uri in ("papers/../victim.txt", "papers//victim.txt", "papers", "none/victim.txt"):
        finished(upkeep, upkeep.remove([uri]))
    assert victim.exists() and len(uris(chosen)) == 3 and not (chosen.seeds_dir / IGNORE_FILE).exists()

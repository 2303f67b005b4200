"""A git repository as a source: a real one, whose branches are written to between readings."""

from __future__ import annotations

import os
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from knowledge.folder_lock import FolderLock
from knowledge.sources.git import GitRepository
from tests.fakes.help_site import help_site
from tests.fakes.readings import Shelf

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


class Repository:
    """A repository with a branch `main` on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit(
            {
                "docs/reset.md": "# Reset\n\nPress it.",
                "docs/deep/limits.md": "# Limits\n\n500 rows.",
                "x.md": "# X\n\nx",
            }
        )

    def git(self, *arguments: str) -> None:
        identity = {
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@b.c",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@b.c",
        }
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        subprocess.run(
            ["git", "-C", str(self.folder), *arguments], check=True, capture_output=True, env=clean | identity
        )

    def commit(self, files: dict[str, str | None]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "words")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "help.git")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def source(repository: Repository, cache: Path, **more: object) -> GitRepository:
    return GitRepository(f"file://{repository.folder}", cache, "public", **more)


def test_a_folder_of_a_branch_is_read(repository: Repository, tmp_path: Path, shelf: Shelf) -> None:
    repository.git("checkout", "--quiet", "-b", "next")
    repository.commit({"docs/new.md": "# New\n\nComing."})
    shelf.read(source(repository, tmp_path / "cache", folder="docs"))
    assert shelf.titles() == ["Limits", "New", "Reset"]
    on_main = Shelf()
    on_main.read(source(repository, tmp_path / "cache", folder="docs", branch="main"))
    assert on_main.titles() == ["Limits", "Reset"]
    reset = on_main.articles[on_main.id_of("Reset")]
    assert reset.id == "help/docs/reset"
    assert reset.source == f"file://{repository.folder}@main/docs/reset.md", "it says where the page is, not its copy"


@pytest.mark.parametrize("address", ["file://{}", "{}"])
def test_what_changed_moved_and_went_is_followed(
    repository: Repository, tmp_path: Path, shelf: Shelf, address: str
) -> None:
    there = GitRepository(address.format(repository.folder), tmp_path / "cache", "public")
    shelf.read(there)
    reset = shelf.id_of("Reset")
    repository.commit(
        {
            "docs/reset.md": None,
            "docs/accounts/reset.md": "# Reset\n\nPress it.",
            "x.md": None,
            "docs/deep/limits.md": "# Limits\n\n900 rows.",
        }
    )
    changes = shelf.read(there)
    assert [article.id for article in changes.moved] == [reset]
    assert [article.title for article in changes.changed] == ["Limits"]
    assert changes.removed == ("help/x",)
    again = shelf.read(there)
    assert (again.to_write, again.removed) == ((), ())


def test_a_rewritten_branch_is_read_as_it_is_now(repository: Repository, tmp_path: Path, shelf: Shelf) -> None:
    shelf.read(source(repository, tmp_path / "cache"))
    (repository.folder / "x.md").write_text("# X\n\nrewritten", encoding="utf-8")
    repository.git("commit", "--quiet", "--all", "--amend", "--message", "again")
    assert [article.body for article in shelf.read(source(repository, tmp_path / "cache")).changed] == ["rewritten"]


def test_a_repository_that_is_gone_is_named_and_loses_nothing(
    repository: Repository, tmp_path: Path, shelf: Shelf
) -> None:
    there = source(repository, tmp_path / "cache")
    shelf.read(there)
    repository.folder.rename(tmp_path / "elsewhere")
    changes = shelf.read(there)
    assert (shelf.last.roots, changes.removed) == ((), ())
    assert "git failed" in changes.broken[0].reason and "git ls-remote" in changes.broken[0].what_to_do
    assert len(shelf.articles) == 3


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"branch": "nowhere"}, "no branch nowhere"),
        ({"folder": "nowhere"}, "no folder nowhere"),
        ({"folder": "../.."}, "no folder ../.."),
    ],
)
def test_a_branch_or_folder_that_is_not_there_says_so(
    repository: Repository, tmp_path: Path, shelf: Shelf, more: dict[str, str], reason: str
) -> None:
    (broken,) = shelf.read(source(repository, tmp_path / "cache", **more)).broken
    assert reason in broken.reason and "footbridge.yaml" in broken.what_to_do


def test_a_link_out_of_the_repository_lets_nothing_in(repository: Repository, tmp_path: Path, shelf: Shelf) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n\nNobody may read this.", encoding="utf-8")
    (repository.folder / "docs/link.md").symlink_to(tmp_path / "secret.md")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "link")
    shelf.read(source(repository, tmp_path / "cache"))
    assert "Nobody may read this" not in "".join(article.body for article in shelf.articles.values())


def test_a_machine_without_git_says_what_to_install(
    repository: Repository, tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (broken,) = shelf.read(source(repository, tmp_path / "cache")).broken
    assert "git is not installed" in broken.reason and "Install git" in broken.what_to_do


def test_two_processes_do_not_read_into_the_same_copy(repository: Repository, tmp_path: Path, shelf: Shelf) -> None:
    shelf.read(source(repository, tmp_path / "cache"))
    (room,) = (tmp_path / "cache").iterdir()
    with FolderLock(room):
        changes = shelf.read(source(repository, tmp_path / "cache"))
    assert "Another process" in changes.broken[0].reason and changes.removed == ()


def test_a_broken_page_of_the_repository_is_named_by_its_place_there(
    repository: Repository, tmp_path: Path, shelf: Shelf
) -> None:
    shelf.read(source(repository, tmp_path / "cache"))
    repository.commit({"docs/reset.md": ""})
    changes = shelf.read(source(repository, tmp_path / "cache"))
    assert [page.path for page in changes.broken] == [f"file://{repository.folder}@HEAD/docs/reset.md"]
    assert changes.removed == () and "Reset" in shelf.titles()


def test_a_token_goes_to_the_server_and_nowhere_else(tmp_path: Path, shelf: Shelf) -> None:
    with help_site() as site:
        there = GitRepository(f"{site.url}/private.git", tmp_path, "public", token="s3cret-token")
        (broken,) = shelf.read(there).broken
        assert {headers.get("Authorization") for _, headers in site.asked} == {
            "Basic " + b64encode(b"x-access-token:s3cret-token").decode()
        }
    assert "s3cret" not in str(broken) and "s3cret" not in there.key
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and b"s3cret" in file.read_bytes()]

"""Reads articles from a branch of a git repository by the program `git`. It changes no repository but its copy."""

import hashlib
import os
import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.documents import Article, BrokenPage, Reading, slug
from knowledge.errors import IndexBusyError, IndexUnavailableError
from knowledge.folder_lock import FolderLock
from knowledge.sources.folder import Folder
from knowledge.sources.source import Before, Progress, Unreadable

PATIENCE = 300.0
"""Seconds that one call of git may take."""
_NOT_OURS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX", "GIT_OBJECT", "GIT_COMMON", "GIT_NAMESPACE", "GIT_CONFIG")


@dataclass(frozen=True, slots=True)
class GitRepository:
    """Pages below `folder` of a `branch` (the repository's own one when None).

    The copy lives below `cache`. `token` is a secret for repositories on the web that are not public.
    """

    url: str
    cache: Path
    audience: str
    branch: str | None = None
    folder: str = ""
    token: str | None = None

    @property
    def key(self) -> str:
        return f"git:{self.place}"

    @property
    def place(self) -> str:
        """What stands in front of a page's path in its `source`: it says where the page is, whoever has the copy."""
        below = "/".join(part for part in Path(self.folder).parts if part not in (".", "/"))
        return f"{self.url.rstrip('/')}@{self.branch or 'HEAD'}/{below}".rstrip("/")

    def read(self, before: Before, progress: Progress) -> Reading:
        try:
            with self._copy_lock():
                progress(0, None, self.url)
                checkout = self._up_to_date()
                return self._pages(checkout, before, progress)
        except Unreadable as error:
            return Reading(broken=(error.at(self.place),))

    @property
    def _room(self) -> Path:
        mark = hashlib.sha256(f"{self.url}\n{self.branch or ''}".encode()).hexdigest()[:16]
        return Path(os.path.abspath(self.cache / mark))

    def _copy_lock(self) -> FolderLock:
        try:
            return FolderLock(self._room)
        except IndexBusyError:
            raise Unreadable(
                "Another process of Footbridge reads it just now.", "Nothing; what it reads can be used here too."
            ) from None
        except IndexUnavailableError as error:
            raise Unreadable(
                f"The folder for its copy cannot be used: {self._room}.",
                "Let this user write there.",
            ) from error

    def _up_to_date(self) -> Path:
        """The working copy, brought to what the branch is now."""
        name = slug(re.sub(r"\.git$", "", self.url.rstrip("/")).replace("\\", "/").rpartition("/")[2])
        checkout = self._room / name
        if not (checkout / ".git" / "HEAD").is_file():
            shutil.rmtree(checkout, ignore_errors=True)
            self._git("init", "--quiet", str(checkout))
        wanted = f"refs/heads/{self.branch}" if self.branch else "HEAD"
        self._git("-C", str(checkout), "fetch", "--quiet", "--depth=1", "--no-tags", "--", self.url, wanted)
        # Links are written as small files: one that points out of the repository would let foreign files in.
        self._git("-C", str(checkout), "-c", "core.symlinks=false", "reset", "--quiet", "--hard", "FETCH_HEAD")
        self._git("-C", str(checkout), "clean", "--quiet", "-ffdx")
        return checkout

    def _pages(self, checkout: Path, before: Before, progress: Progress) -> Reading:
        root = checkout / self.folder
        if not root.resolve().is_relative_to(checkout.resolve()) or not root.exists():
            branch = f"branch {self.branch}" if self.branch else "main branch"
            raise Unreadable(f"Its {branch} has no folder {self.folder}.", "Correct `folder` in footbridge.yaml.")
        inside = os.path.abspath(root)

        def named(path: str) -> str:
            return self.place + path.removeprefix(inside).replace(os.sep, "/")

        held = {inside + source.removeprefix(self.place) for source in before.held if source.startswith(self.place)}
        pages = Folder(root, self.audience, base=checkout.parent)
        found = pages.read(Before(before.state, held), progress)

        def renamed(page: Article | BrokenPage) -> Article | BrokenPage:
            if isinstance(page, Article):
                return replace(page, source=named(page.source))
            return BrokenPage(named(page.path), page.reason.replace(inside, self.place), page.what_to_do)

        return Reading(
            tuple(page for each in found.articles if isinstance(page := renamed(each), Article)),
            tuple(page for each in found.broken if isinstance(page := renamed(each), BrokenPage)),
            tuple(map(named, found.roots)),
            tuple(map(named, found.kept)),
            states={self.key: found.states[pages.key]},
        )

    def _git(self, *arguments: str) -> None:
        try:
            done = subprocess.run(
                ["git", *arguments],
                env=_environment(os.environ, self._settings()),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=PATIENCE,
                check=False,
            )
        except FileNotFoundError:
            raise Unreadable(
                "The program git is not installed on this machine.", "Install git (such as by `apt install git`)."
            ) from None
        except subprocess.TimeoutExpired:
            raise Unreadable(
                f"git did not finish within {PATIENCE:.0f} seconds.",
                "Nothing if the other side is only slow: it is tried again at the next reading.",
            ) from None
        if done.returncode:
            raise self._refused(done.stderr)

    def _settings(self) -> Sequence[tuple[str, str]]:
        """Settings of git for this call alone; the token is among them, so that no list of processes shows it."""
        safe = [("protocol.ext.allow", "never"), ("core.hooksPath", os.devnull), ("gc.auto", "0")]
        if self.token is None:
            return safe
        login = b64encode(f"x-access-token:{self.token}".encode()).decode()
        return [*safe, (f"http.{self.url}.extraHeader", f"Authorization: Basic {login}")]

    def _refused(self, said: str) -> Unreadable:
        last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "no reason given")
        reason = f"git refused ({self._without_secrets(last)})."
        if re.search(r"(?i)couldn't find remote ref", said):
            what = f"It has no branch {self.branch}." if self.branch else "It is empty."
            return Unreadable(what, "Correct `branch` in footbridge.yaml.")
        if re.search(r"(?i)could not read username|authentication failed|access denied|permission denied|403", said):
            return Unreadable(reason, "Name a token that may read it by `token_from`, or give this user an ssh key.")
        return Unreadable(reason, "Try `git ls-remote` with this address, and correct `url` in footbridge.yaml.")

    def _without_secrets(self, said: str) -> str:
        return said.replace(self.token, "[secret]") if self.token else said


def _environment(environ: Mapping[str, str], settings: Sequence[tuple[str, str]]) -> dict[str, str]:
    """For git: it asks nobody anything, and knows nothing of a repository that this program may be called from."""
    numbered = {
        name: value
        for number, (key, setting) in enumerate(settings)
        for name, value in ((f"GIT_CONFIG_KEY_{number}", key), (f"GIT_CONFIG_VALUE_{number}", setting))
    }
    kept = {name: value for name, value in environ.items() if not name.startswith(_NOT_OURS)}
    return {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes", **kept} | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_COUNT": str(len(settings)),
        **numbered,
    }

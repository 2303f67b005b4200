"""Read articles from a branch of a git repository, using the program `git` and a local copy."""

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
from knowledge.sources.source import PreviousReading, Progress, Unreadable

TIMEOUT = 300.0
"""Maximum seconds for one call of git."""
_REMOVED_VARIABLES = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX",
    "GIT_OBJECT",
    "GIT_COMMON",
    "GIT_NAMESPACE",
    "GIT_CONFIG",
)


@dataclass(frozen=True, slots=True)
class GitRepository:
    """The pages below `folder` on `branch` (None means the repository's default branch).

    The local copy is stored below `cache`. `token` is the access token for a private repository on the web.
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
        """The prefix of the `source` of each page, which does not depend on where the local copy is."""
        below = "/".join(part for part in Path(self.folder).parts if part not in (".", "/"))
        return f"{self.url.rstrip('/')}@{self.branch or 'HEAD'}/{below}".rstrip("/")

    def read(self, before: PreviousReading, progress: Progress) -> Reading:
        try:
            with self._copy_lock():
                progress(0, None, self.url)
                checkout = self._update_copy()
                return self._read_pages(checkout, before, progress)
        except Unreadable as error:
            return Reading(broken=(error.at(self.place),))

    @property
    def _copy_folder(self) -> Path:
        mark = hashlib.sha256(f"{self.url}\n{self.branch or ''}".encode()).hexdigest()[:16]
        return Path(os.path.abspath(self.cache / mark))

    def _copy_lock(self) -> FolderLock:
        try:
            return FolderLock(self._copy_folder)
        except IndexBusyError:
            raise Unreadable(
                "Another process of Footbridge is reading it now.", "Nothing to do: its result is used here as well."
            ) from None
        except IndexUnavailableError as error:
            raise Unreadable(
                f"The folder for its copy cannot be used: {self._copy_folder}.",
                "Give this user write permission there.",
            ) from error

    def _update_copy(self) -> Path:
        """Update the local copy to the current state of the branch, and return its folder."""
        name = slug(re.sub(r"\.git$", "", self.url.rstrip("/")).replace("\\", "/").rpartition("/")[2])
        checkout = self._copy_folder / name
        if not (checkout / ".git" / "HEAD").is_file():
            shutil.rmtree(checkout, ignore_errors=True)
            self._git("init", "--quiet", str(checkout))
        wanted = f"refs/heads/{self.branch}" if self.branch else "HEAD"
        self._git("-C", str(checkout), "fetch", "--quiet", "--depth=1", "--no-tags", "--", self.url, wanted)
        # Symbolic links are written as small files: one that points outside would let files of this machine in.
        self._git("-C", str(checkout), "-c", "core.symlinks=false", "reset", "--quiet", "--hard", "FETCH_HEAD")
        self._git("-C", str(checkout), "clean", "--quiet", "-ffdx")
        return checkout

    def _read_pages(self, checkout: Path, before: PreviousReading, progress: Progress) -> Reading:
        root = checkout / self.folder
        if not root.resolve().is_relative_to(checkout.resolve()) or not root.exists():
            branch = f"branch {self.branch}" if self.branch else "main branch"
            raise Unreadable(f"Its {branch} has no folder {self.folder}.", "Correct `folder` in footbridge.yaml.")
        inside = os.path.abspath(root)

        def source_of(path: str) -> str:
            return self.place + path.removeprefix(inside).replace(os.sep, "/")

        held = {inside + source.removeprefix(self.place) for source in before.held if source.startswith(self.place)}
        pages = Folder(root, self.audience, base=checkout.parent)
        found = pages.read(PreviousReading(before.state, held), progress)

        def with_source(page: Article | BrokenPage) -> Article | BrokenPage:
            if isinstance(page, Article):
                return replace(page, source=source_of(page.source))
            return BrokenPage(source_of(page.path), page.reason.replace(inside, self.place), page.what_to_do)

        return Reading(
            tuple(page for each in found.articles if isinstance(page := with_source(each), Article)),
            tuple(page for each in found.broken if isinstance(page := with_source(each), BrokenPage)),
            tuple(map(source_of, found.roots)),
            tuple(map(source_of, found.kept)),
            states={self.key: found.states[pages.key]},
        )

    def _git(self, *arguments: str) -> None:
        try:
            done = subprocess.run(
                ["git", *arguments],
                env=_git_environment(os.environ, self._settings()),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=TIMEOUT,
                check=False,
            )
        except FileNotFoundError:
            raise Unreadable(
                "The program git is not installed on this machine.", "Install git (for example with `apt install git`)."
            ) from None
        except subprocess.TimeoutExpired:
            raise Unreadable(
                f"git did not finish within {TIMEOUT:.0f} seconds.",
                "If the server is only slow, there is nothing to do: the next reading tries again.",
            ) from None
        if done.returncode:
            raise self._explain_failure(done.stderr)

    def _settings(self) -> Sequence[tuple[str, str]]:
        """Return git's settings for this call. The token is passed this way to keep it out of the list of processes."""
        safe = [("protocol.ext.allow", "never"), ("core.hooksPath", os.devnull), ("gc.auto", "0")]
        if self.token is None:
            return safe
        login = b64encode(f"x-access-token:{self.token}".encode()).decode()
        return [*safe, (f"http.{self.url}.extraHeader", f"Authorization: Basic {login}")]

    def _explain_failure(self, output: str) -> Unreadable:
        last = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "no reason given")
        reason = f"git failed ({self._remove_token(last)})."
        if re.search(r"(?i)couldn't find remote ref", output):
            what = f"It has no branch {self.branch}." if self.branch else "It is empty."
            return Unreadable(what, "Correct `branch` in footbridge.yaml.")
        if re.search(r"(?i)could not read username|authentication failed|access denied|permission denied|403", output):
            return Unreadable(reason, "Set `token_from` to a token with read access, or give this user an ssh key.")
        return Unreadable(reason, "Try `git ls-remote` with this URL, and correct `url` in footbridge.yaml.")

    def _remove_token(self, text: str) -> str:
        return text.replace(self.token, "[secret]") if self.token else text


def _git_environment(environ: Mapping[str, str], settings: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the environment for git: without prompts, and independent of any repository that this process runs in."""
    numbered = {
        name: value
        for number, (key, setting) in enumerate(settings)
        for name, value in ((f"GIT_CONFIG_KEY_{number}", key), (f"GIT_CONFIG_VALUE_{number}", setting))
    }
    kept = {name: value for name, value in environ.items() if not name.startswith(_REMOVED_VARIABLES)}
    return {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes", **kept} | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_COUNT": str(len(settings)),
        **numbered,
    }

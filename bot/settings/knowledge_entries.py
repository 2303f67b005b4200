"""What stands under `knowledge` in footbridge.yaml: where articles come from, for whom, and who looks after them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

NO_LOGIN = (
    "a URL may not hold a user name or password; put the secret into an environment variable and name that in "
    "token_from"
)


def _audience(value: str) -> str:
    if not re.fullmatch(r"public|internal|customer:[a-z0-9-]+", value):
        raise ValueError("an audience is public, internal, or customer:<the customer's id>")
    return value


Audience = Annotated[str, AfterValidator(_audience)]
Days = Annotated[int, Field(gt=0, le=3650)]


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        with_login = parts.username is not None
    except ValueError:
        raise ValueError("not a valid URL; write one that starts with https://") from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("not a valid URL; write one that starts with https://")
    if with_login:
        raise ValueError(NO_LOGIN)
    return value.rstrip("/") if parts.path.strip("/") == "" else value


def _repository(value: str) -> str:
    if re.match(r"[a-z+]+://[^/@]*:[^/@]*@", value):
        raise ValueError(NO_LOGIN)
    if value.startswith("-") or "::" in value or not value.strip():
        raise ValueError("not a valid address of a repository; use https://…, ssh://…, file://… or a folder")
    return value


def _variable(value: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{2,60}", value) or value.startswith("FOOTBRIDGE_"):
        raise ValueError(
            "write the name of a variable of the environment, such as ZENDESK_TOKEN, and put the secret into that "
            "(names that start with FOOTBRIDGE_ are taken)"
        )
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]
Variable = Annotated[str, AfterValidator(_variable)]


class SourceEntry(BaseModel):
    """What every source has. `owner` is a Slack user id or a name; past `review_after_days` an article is stale."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    audience: Audience
    owner: str | None = None
    review_after_days: Days | None = None


class FolderEntry(SourceEntry):
    """A folder (or one file) of Markdown, HTML, PDF, .docx, .pptx and .xlsx."""

    kind: Literal["folder"] = "folder"
    path: Path


class GitEntry(SourceEntry):
    """A folder of a branch of a git repository."""

    kind: Literal["git"]
    url: Annotated[str, AfterValidator(_repository)]
    branch: Annotated[str, Field(pattern=r"^[^\s~^:?*\[\\-][^\s~^:?*\[\\]*$")] | None = None
    folder: str = ""
    token_from: Variable | None = None


class WebsiteEntry(SourceEntry):
    """The pages of a website at `url` and below."""

    kind: Literal["website"]
    url: WebAddress
    sitemap: WebAddress | None = None
    most_pages: Annotated[int, Field(gt=0, le=50_000)] = 2_000

    @model_validator(mode="after")
    def _sitemap_of_the_same_site(self) -> WebsiteEntry:
        if self.sitemap and urlsplit(self.sitemap).netloc != urlsplit(self.url).netloc:
            raise ValueError("the sitemap must be on the same host as url; only that host is asked for anything")
        return self


class ZendeskEntry(SourceEntry):
    """Zendesk Guide, by its API (`url`) or from an export of its JSON (`path`)."""

    kind: Literal["zendesk"]
    url: WebAddress | None = None
    path: Path | None = None
    locale: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,4})?$")] | None = None
    email: str | None = None
    token_from: Variable | None = None

    @model_validator(mode="after")
    def _one_way(self) -> ZendeskEntry:
        if (self.url is None) == (self.path is None):
            raise ValueError("name either url (for the API, like https://yourname.zendesk.com) or path (for an export)")
        if self.email and not self.token_from:
            raise ValueError("email goes with token_from, which names the variable that holds the API token")
        return self


class ConfluenceEntry(SourceEntry):
    """A space exported as HTML; `url` is the base of links to its pages."""

    kind: Literal["confluence"]
    path: Path
    url: WebAddress | None = None


class NotionEntry(SourceEntry):
    """An export of Notion's; `url` is the base of links to its pages."""

    kind: Literal["notion"]
    path: Path
    url: WebAddress | None = None


class TicketsEntry(BaseModel):
    """Resolved tickets: cause and fix, for our people; or what each customer was told, for that customer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["tickets"]
    audience: Literal["internal", "customer"] = "internal"
    owner: str | None = None
    review_after_days: Days | None = None


KINDS = ("folder", "git", "website", "zendesk", "confluence", "notion", "tickets")


def _kind(value: Any) -> str:
    kind = value.get("kind", "folder") if isinstance(value, dict) else getattr(value, "kind", "folder")
    return kind if isinstance(kind, str) else ""


KnowledgeSource = Annotated[
    Annotated[FolderEntry, Tag("folder")]
    | Annotated[GitEntry, Tag("git")]
    | Annotated[WebsiteEntry, Tag("website")]
    | Annotated[ZendeskEntry, Tag("zendesk")]
    | Annotated[ConfluenceEntry, Tag("confluence")]
    | Annotated[NotionEntry, Tag("notion")]
    | Annotated[TicketsEntry, Tag("tickets")],
    Discriminator(
        _kind,
        custom_error_type="unknown_kind",
        custom_error_message=f"kind must be one of {', '.join(KINDS)}; without one it is a folder",
    ),
]


def below(folder: Path, source: KnowledgeSource) -> KnowledgeSource:
    """The source with its path, or a repository that is a folder, taken relative to `folder`."""
    if isinstance(source, FolderEntry | ConfluenceEntry | NotionEntry):
        return source.model_copy(update={"path": folder / source.path})
    if isinstance(source, ZendeskEntry) and source.path is not None:
        return source.model_copy(update={"path": folder / source.path})
    if isinstance(source, GitEntry) and re.match(r"\.{0,2}/", source.url):
        return source.model_copy(update={"url": str((folder / source.url).resolve())})
    return source

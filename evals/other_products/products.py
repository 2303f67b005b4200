"""The products: where the help of each one comes from, and which of its pages are used."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import CalledProcessError, run
from tempfile import TemporaryDirectory

from evals.other_products.markup import Page, parse_manual, parse_web_page, read_markup

INSTALLED = Path("/usr")
LISTS = Path(__file__).parent / "pages"
_CALC = "share/libreoffice/help/en-US/text"
_GNOME = "share/help/C/gnome-help"
_GNUCASH = {"share/help/C/gnucash-help": "man-", "share/help/C/gnucash-guide": "guide-"}
_KONTACT = {
    f"share/doc/HTML/en/{folder}": prefix
    for folder, prefix in {
        "akonadi_archivemail_agent": "archive-mail-agent-",
        "akonadi_followupreminder_agent": "follow-up-reminder-agent-",
        "akonadi_sendlater_agent": "send-later-agent-",
        "akregator": "akregator-",
        "kaddressbook": "kaddressbook-",
        "kleopatra": "kleopatra-",
        "kmail2": "kmail-",
        "kontact": "kontact-",
        "korganizer": "korganizer-",
        "ktnef": "tnef-file-viewer-",
        "kwatchgnupg": "kwatchgnupg-",
    }.items()
}
_KDE_NAMES = (
    "ACL Akonadi Akregator Ark Calligra Dolphin GPG GpgSM IRC JavaScript KAddressBook KDE KGpg KHelpCenter Kleopatra "
    "KMail KNotes Kolab Konqueror Konsole Kontact KOrganizer KRunner KWatchGnuPG MDN NNTP OpenPGP Plasma Sonnet"
)
_KDE = {name.lower(): name for name in _KDE_NAMES.split()} | {
    "DBus": "D-Bus",
    "Del": "Delete",
    "LMB": "left mouse button",
    "PgDn": "Page Down",
    "PgUp": "Page Up",
    "RMB": "right mouse button",
    "eg": "e.g.",
    "etc": "etc.",
    "ie": "i.e.",
    "kf5": "KDE Frameworks",
    "smime": "S/MIME",
    "systemsettings": "System Settings",
}


class NotAvailableError(Exception):
    """The help of a product is not available; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Product:
    """The packages of Debian 12, their folders below /usr, and the function that reads these folders.

    `read` is called with the path of /usr and the ids of the pages to use; it may raise OSError.
    """

    packages: tuple[str, ...]
    folders: tuple[str, ...]
    read: Callable[[Path, Collection[str]], dict[str, Page]]


def _read_desktop(usr: Path, wanted: Collection[str]) -> dict[str, Page]:
    return parse_manual("".join(read_markup(path, {}) for path in sorted((usr / _GNOME).glob("*.page"))), "", wanted)


def _read_books(
    usr: Path, books: Mapping[str, str], names: Mapping[str, str], wanted: Collection[str]
) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    for folder, prefix in books.items():
        pages |= parse_manual(read_markup(usr / folder / "index.docbook", names), prefix, wanted)
    return pages


def _read_spreadsheet(usr: Path, wanted: Collection[str]) -> dict[str, Page]:
    paths = {name: usr / _CALC / f"{name}.html" for name in wanted}
    return {name: parse_web_page(path.read_text(encoding="utf-8")) for name, path in paths.items() if path.exists()}


PRODUCTS = {
    "desktop": Product(("gnome-user-docs",), (_GNOME,), _read_desktop),
    "bookkeeping": Product(
        ("gnucash-docs",), tuple(_GNUCASH), lambda usr, wanted: _read_books(usr, _GNUCASH, {}, wanted)
    ),
    "spreadsheet": Product(("libreoffice-help-en-us",), (_CALC,), _read_spreadsheet),
    "mail": Product(
        ("akregator", "kaddressbook", "kleopatra", "kmail", "kontact", "korganizer"),
        tuple(_KONTACT),
        lambda usr, wanted: _read_books(usr, _KONTACT, _KDE, wanted),
    ),
}


def read_pages(name: str, usr: Path) -> dict[str, Page]:
    """Return page id -> page for the pages that pages/<name>.txt lists and this version has. Raises OSError.

    A line is an id, and if the page's own title is not clear, a tab and another title. The title `-` leaves the page
    out, so that it does not become a part of another page.
    """
    listed = [line.partition("\t") for line in (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()]
    titles = {page: title for page, _, title in listed}
    found = PRODUCTS[name].read(usr, titles)
    return {
        page: replace(found[page], title=title or found[page].title)
        for page, title in titles.items()
        if title != "-" and page in found and found[page].text
    }


@contextmanager
def open_help(name: str) -> Iterator[Path]:
    """Yield /usr if the product's help is installed, otherwise a folder with its packages unpacked.

    Raises NotAvailableError.
    """
    product = PRODUCTS[name]
    if all(any((INSTALLED / folder).glob("*")) for folder in product.folders):
        yield INSTALLED
        return
    with TemporaryDirectory() as spare:
        try:
            run(["apt-get", "download", *product.packages], cwd=spare, check=True, capture_output=True, text=True)
            for package in sorted(Path(spare).glob("*.deb")):
                run(["dpkg-deb", "-x", package, spare], check=True, capture_output=True, text=True)
        except FileNotFoundError as error:
            raise NotAvailableError(
                f"The help of {name} is not installed and {error.filename} is missing: run this on Debian 12."
            ) from error
        except CalledProcessError as error:
            raise NotAvailableError(
                f"The packages {', '.join(product.packages)} cannot be downloaded. Run `apt-get update` and try again. "
                f"{error.cmd[0]} said: {' '.join(error.stderr.split())}"
            ) from error
        yield Path(spare) / "usr"

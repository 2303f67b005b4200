"""Several processes: a folder has one owner, a crash leaves no lock and loses nothing, a server serves all."""

import os
import signal
import socket
import subprocess
import sys
import textwrap

import pytest

from knowledge.documents import article
from knowledge.errors import IndexBusyError, IndexUnavailableError
from knowledge.folder_lock import FolderLock
from knowledge.ingestion import Changes
from knowledge.knowledge_base import KnowledgeBase
from knowledge.local_embeddings import LocalEmbeddings
from tests.fakes.chroma_server import running_chroma_server

PUBLIC = frozenset({"public"})


@pytest.fixture(scope="module")
def embeddings():
    return LocalEmbeddings()


def page(number: int, text: str = "Refunds arrive within five days."):
    return article(id=f"p{number}", title=f"Page {number}", body=text, source=f"/kb/{number}.md")


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )


HOLD = """
    import sys
    from pathlib import Path
    from knowledge.knowledge_base import KnowledgeBase
    from knowledge.local_embeddings import LocalEmbeddings
    base = KnowledgeBase.open(Path(sys.argv[1]), LocalEmbeddings())
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_refused_and_told_who_owns_the_folder(tmp_path, embeddings):
    with start(HOLD, str(tmp_path)) as owner:
        assert owner.stdout.readline() == "open\n"
        with pytest.raises(IndexBusyError, match=f"process {owner.pid}.*Chroma server") as caught:
            KnowledgeBase.open(tmp_path, embeddings)
        assert caught.value.pid == owner.pid
        owner.stdin.close()
        assert owner.wait(timeout=20) == 0
    KnowledgeBase.open(tmp_path, embeddings).close()


def test_a_killed_owner_leaves_no_lock_behind(tmp_path, embeddings):
    with start(HOLD, str(tmp_path)) as owner:
        assert owner.stdout.readline() == "open\n"
        os.kill(owner.pid, signal.SIGKILL)
        owner.wait(timeout=20)
    KnowledgeBase.open(tmp_path, embeddings).close()


def test_a_kill_in_the_middle_of_an_ingest_loses_nothing_that_was_reported(tmp_path, embeddings):
    code = """
        import sys
        from pathlib import Path
        from knowledge.knowledge_base import KnowledgeBase
        from knowledge.documents import article
        from knowledge.local_embeddings import LocalEmbeddings
        from knowledge.ingestion import Changes
        pages = tuple(
            article(id=f"p{n}", title=f"Page {n}", body=f"Zebra number {n}.", source=f"/kb/{n}.md") for n in range(400)
        )
        base = KnowledgeBase.open(Path(sys.argv[1]), LocalEmbeddings())
        base.update(Changes(new=pages), lambda done, total, title: print(title, flush=True))
    """
    with start(code, str(tmp_path)) as writer:
        reported = [writer.stdout.readline().strip() for _ in range(20)]
        os.kill(writer.pid, signal.SIGKILL)
        reported += [line.strip() for line in writer.stdout.read().splitlines() if line.startswith("Page")]
        writer.wait(timeout=20)
    assert 20 <= len(reported) < 400
    with KnowledgeBase.open(tmp_path, embeddings) as base:
        whole = {f"Page {id[1:]}" for id, known in base.known().items() if known.checksum}
        # The last line may have been cut off by the kill.
        assert set(reported[:-1]) <= whole
        assert base.search("zebra number 7", PUBLIC)[0].passage.title == "Page 7"
        assert base.status().unreachable == 0


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IndexUnavailableError, match="cannot be used"):
        FolderLock(tmp_path / "file" / "index")


def test_a_server_serves_several_bases_at_once(tmp_path, embeddings):
    with running_chroma_server(tmp_path) as url:
        with (
            KnowledgeBase.open(tmp_path, embeddings, url) as writer,
            KnowledgeBase.open(tmp_path, embeddings, url) as reader,
        ):
            writer.update(Changes(new=(page(1), page(2, "Invoices are sent monthly."))))
            assert reader.search("when do I get my money back", PUBLIC)[0].passage.title == "Page 1"
            writer.update(Changes(removed=("p1",)))
            assert {hit.passage.title for hit in reader.search("refunds", PUBLIC)} == {"Page 2"}
            assert reader.search("refunds", frozenset({"internal"})) == []
        with KnowledgeBase.open(tmp_path, embeddings, url, fresh=True) as again:
            assert again.known() == {}
    with pytest.raises(IndexUnavailableError, match="check that it is running"):
        KnowledgeBase.open(tmp_path, embeddings, url)


def test_a_server_that_goes_away_leaves_words(tmp_path, embeddings):
    with running_chroma_server(tmp_path) as url:
        base = KnowledgeBase.open(tmp_path, embeddings, url)
        base.update(Changes(new=(page(1),)))
    hits = base.search("refunds", PUBLIC)
    assert hits[0].passage.title == "Page 1"
    assert "check that it is running" in hits.degraded
    base.close()


def test_a_server_that_never_answers_is_given_up_on(tmp_path, embeddings, monkeypatch):
    monkeypatch.setattr("knowledge.vector_index._TIMEOUT", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(IndexUnavailableError, match="timed out"):
            KnowledgeBase.open(tmp_path, embeddings, f"http://127.0.0.1:{silent.getsockname()[1]}")


def test_an_address_that_is_none_is_refused_before_anything_is_asked(tmp_path, embeddings):
    with pytest.raises(IndexUnavailableError, match="not the URL of a Chroma server"):
        KnowledgeBase.open(tmp_path, embeddings, "localhost:8000")

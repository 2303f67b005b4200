"""The knowledge base whole: real pages, real local vectors, real Chroma in a folder."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.documents import article
from knowledge.errors import EmbeddingsError, IndexBusyError
from knowledge.index_layout import audience_of, collection_name
from knowledge.ingestion import Changes, plan_changes
from knowledge.knowledge_base import KnowledgeBase
from knowledge.local_embeddings import LocalEmbeddings
from knowledge.retrieval import combine_scores
from knowledge.sources.folder import read
from knowledge.vocabulary import parse

PUBLIC = frozenset({"public"})
AUDIENCES = ["public", "internal", "customer:acme", "customer:globex", "customer:a_b c", "customer:Acme"]


class CountingEmbeddings(LocalEmbeddings):
    """The real model, which also counts texts and fails when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.broken = False

    def embed(self, texts):
        if self.broken:
            raise EmbeddingsError("The endpoint is down.", transient=True)
        self.texts += texts
        return super().embed(texts)

    def read(self, text):
        if self.broken:
            raise EmbeddingsError("The endpoint is down.", transient=True)
        self.texts.append(text)
        return super().read(text)


@pytest.fixture(scope="module")
def model():
    return CountingEmbeddings()


@pytest.fixture
def embeddings(model):
    model.texts.clear()
    yield model
    model.broken = False


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "password.md").write_text(
        "# Reset your password\n\n1. Open the sign-in page.\n2. Choose **Forgot your password?**\n"
    )
    (folder / "errors.md").write_text(
        "# Error codes\n\n## ERR-1042\n\nThe bridge to the ERP lost its token.\n\n## ERR-1043\n\nThe token expired.\n"
    )
    (folder / "refunds.md").write_text("# Refunds\n\nRefunds arrive on your card within five days.\n")
    return folder


@pytest.fixture
def base(tmp_path, embeddings):
    with KnowledgeBase.open(tmp_path / "index", embeddings) as opened:
        yield opened


def ingest(base: KnowledgeBase, folder, **more):
    return base.update(plan_changes(read([folder], **more), base.known()))


def first(hits) -> str:
    return hits[0].passage.title


def test_what_was_read_is_found_by_meaning_and_by_exact_words(base, pages):
    ingest(base, pages)
    assert first(base.search("I forgot my login secret", PUBLIC)) == "Reset your password"
    assert first(base.search("when do I get my money back", PUBLIC)) == "Refunds"
    (hit, *_) = base.search("what does ERR-1042 mean?", PUBLIC)
    assert hit.passage.title == "Error codes"
    assert hit.score == pytest.approx(combine_scores(hit.cosine, hit.bm25, hit.match, hit.title), abs=1e-6)


def test_the_answer_is_quoted_from_what_was_found(base, pages):
    ingest(base, pages)
    question = "how do I get a new password"
    extract = base.extract(question, base.search(question, PUBLIC))
    assert "2. Choose **Forgot your password?**" in extract.parts[0].text
    assert extract.similarity > 0.3


def test_only_what_changed_is_embedded_again(base, pages, embeddings):
    first_time = ingest(base, pages)
    assert (first_time.articles, first_time.embedded) == (3, 3)
    embeddings.texts.clear()
    assert ingest(base, pages).articles == 0
    assert embeddings.texts == []
    (pages / "refunds.md").write_text("# Refunds\n\nRefunds take ten days.\n")
    (pages / "password.md").unlink()
    again = ingest(base, pages)
    assert (again.articles, again.removed, again.embedded) == (1, 1, 1)
    assert "ten days" in base.search("refunds", PUBLIC)[0].passage.text
    assert "Reset your password" not in {hit.passage.title for hit in base.search("forgot password", PUBLIC)}


def test_the_version_names_what_is_searched_and_changes_with_it(base, pages, tmp_path, embeddings):
    empty = base.version()
    ingest(base, pages)
    whole = base.version()
    assert (whole["made_with"], whole["passages"]) == (base.status().made_with, base.status().passages)
    assert empty["content"] != whole["content"] == base.version()["content"]
    text = (pages / "refunds.md").read_text()
    (pages / "refunds.md").write_text(text.replace("five", "ten"))
    ingest(base, pages)
    assert base.version()["content"] != whole["content"]
    (pages / "refunds.md").write_text(text)
    ingest(base, pages)
    assert base.version() == whole, "the same articles again are the same version"
    with KnowledgeBase.open(tmp_path / "other", embeddings) as other:
        ingest(other, pages)
        assert other.version() == whole, "wherever they are kept"


def test_the_unchanged_passages_of_a_changed_page_keep_their_vectors(base, pages, embeddings):
    sections = [f"## Part {number}\n\n{f'word{number} ' * 120}" for number in range(4)]
    (pages / "long.md").write_text("# Long\n\n" + "\n\n".join(sections))
    ingest(base, pages)
    (pages / "long.md").write_text("# Long\n\n" + "\n\n".join([*sections[:3], sections[3] + "changed"]))
    again = ingest(base, pages)
    assert (again.embedded, again.reused) == (1, 3)


def test_a_page_that_got_shorter_leaves_nothing_behind(base, pages):
    (pages / "long.md").write_text("# Long\n\n" + "\n\n".join(f"## P{n}\n\n{'zebra ' * 200}" for n in range(5)))
    ingest(base, pages)
    (pages / "long.md").write_text("# Long\n\nOnly this.")
    ingest(base, pages)
    assert all("zebra" not in hit.passage.text for hit in base.search("zebra", PUBLIC, limit=50))
    assert base.status().passages == 4


def test_a_broken_page_keeps_its_last_good_text(base, pages):
    ingest(base, pages)
    (pages / "refunds.md").write_bytes(b"\x00\x01")
    changes = plan_changes(read([pages]), base.known())
    assert (len(changes.broken), changes.removed) == (1, ())
    base.update(changes)
    assert first(base.search("refund to my card", PUBLIC)) == "Refunds"


def test_a_page_made_internal_is_no_longer_public(base, pages):
    ingest(base, pages)
    (pages / "refunds.md").write_text("---\naudience: internal\n---\n# Refunds\n\nRefunds arrive in five days.\n")
    ingest(base, pages)
    assert "Refunds" not in {hit.passage.title for hit in base.search("refunds on card", PUBLIC)}
    assert first(base.search("refunds on card", frozenset({"internal"}))) == "Refunds"


def test_everything_is_there_after_opening_again(tmp_path, embeddings, pages):
    with KnowledgeBase.open(tmp_path / "index", embeddings) as base:
        ingest(base, pages)
        before = base.search("forgot password", PUBLIC)
    with KnowledgeBase.open(tmp_path / "index", embeddings) as base:
        assert base.search("forgot password", PUBLIC) == before
        assert plan_changes(read([pages]), base.known()).to_write == ()
        assert (base.status().passages, base.status().unreachable) == (3, 0)


def test_the_companys_own_words_count_as_they_are_at_each_search(tmp_path, embeddings, pages):
    words = [parse(["PIN = secret number"])]
    with KnowledgeBase.open(tmp_path / "index", embeddings, vocabulary=lambda: words[0]) as base:
        ingest(base, pages)
        assert not [hit for hit in base.search("zorbl", PUBLIC) if hit.bm25]
        words[0] = parse(["zorbl = refunds"])
        assert [hit.passage.title for hit in base.search("zorbl", PUBLIC) if hit.bm25] == ["Refunds"]


def test_an_interrupted_ingest_goes_on_where_it_stopped(base, pages, embeddings):
    class Stop(Exception):
        pass

    def stop(done, total, title):
        raise Stop

    with pytest.raises(Stop):
        base.update(plan_changes(read([pages]), base.known()), stop)
    assert len(base.known()) == 1
    assert len(base.search("password refund error", PUBLIC)) == 1
    assert ingest(base, pages).articles == 2


def test_a_half_written_page_is_noticed_and_mended(base, pages):
    (pages / "long.md").write_text("# Long\n\n" + "\n\n".join(f"## P{n}\n\n{'zebra ' * 200}" for n in range(3)))
    ingest(base, pages)
    collection = base._index._collection("public")
    collection.delete(ids=[hit.passage.id for hit in base.search("zebra", PUBLIC)][:1])
    assert [page.title for page in plan_changes(read([pages]), base.known()).changed] == ["Long"]
    ingest(base, pages)
    assert plan_changes(read([pages]), base.known()).to_write == ()


def test_other_embeddings_start_a_fresh_index_and_the_old_one_goes_when_it_is_filled(tmp_path, embeddings, pages):
    class Other(CountingEmbeddings):
        name = "other-model"

    with KnowledgeBase.open(tmp_path / "index", embeddings) as base:
        ingest(base, pages)
    with KnowledgeBase.open(tmp_path / "index", Other()) as base:
        assert base.status().outdated
        assert base.search("password", PUBLIC) == []
        ingest(base, pages)
        assert not base.status().outdated
        assert first(base.search("forgot password", PUBLIC)) == "Reset your password"
    folders = [path.name for path in (tmp_path / "index").iterdir() if path.is_dir() and path.name != "states"]
    assert len(folders) == 1
    assert folders[0].startswith("other-model")


def test_a_fresh_index_replaces_a_damaged_one(tmp_path, embeddings, pages):
    with KnowledgeBase.open(tmp_path / "index", embeddings) as base:
        ingest(base, pages)
    with KnowledgeBase.open(tmp_path / "index", embeddings, fresh=True) as base:
        assert base.known() == {}
        assert ingest(base, pages).articles == 3
    assert len([path for path in (tmp_path / "index").iterdir() if path.is_dir() and path.name != "states"]) == 1


def test_without_embeddings_words_are_searched_and_the_reason_is_told(base, pages, embeddings):
    ingest(base, pages)
    assert base.search("refunds", PUBLIC).degraded is None
    embeddings.broken = True
    hits = base.search("how long until refunds arrive", PUBLIC)
    assert first(hits) == "Refunds"
    assert hits.degraded == "The endpoint is down."
    assert hits[0].score < 0.5
    assert "five days" in base.extract("how long until refunds arrive", hits).parts[0].text


def test_questions_without_words_or_readers_find_nothing(base, pages):
    ingest(base, pages)
    assert base.search("   ", PUBLIC) == []
    assert base.search("refunds", frozenset()) == []
    assert base.search("refunds", frozenset({"customer:nobody"})) == []
    assert len(base.search("refund " * 20_000, PUBLIC)) == 3


def test_an_empty_knowledge_base_answers_nothing_and_says_that_it_is_empty(base):
    assert base.search("anything", PUBLIC) == []
    assert base.extract("anything", []).parts == ()
    assert (base.status().articles, base.status().outdated) == (0, False)


def test_neighbours_come_after_the_best_passages(base, pages):
    sections = [f"## Part {number}\n\n{f'filler{number} ' * 100}" for number in range(6)]
    sections[3] = f"## Part 3\n\nThe okapi sleeps. {'filler3 ' * 100}"
    (pages / "long.md").write_text("# Long\n\n" + "\n\n".join(sections))
    ingest(base, pages)
    hits = base.search("okapi sleeps", PUBLIC)
    best = hits[0].passage
    assert "okapi" in best.text
    articles = [hit.passage.article_id for hit in hits]
    leading = list(dict.fromkeys(articles))
    assert articles[: len(leading)] == leading
    assert {hit.passage.position for hit in hits if hit.passage.article_id == best.article_id} == {1, 2, 3, 4, 5}


def test_equal_passages_are_ordered_by_their_article(base):
    twins = [article(id=name, title="Twin", body="The same words.", source=f"/{name}.md") for name in "cab"]
    base.update(Changes(new=tuple(twins)))
    order = [hit.passage.article_id for hit in base.search("the same words", PUBLIC)]
    assert order == ["a", "b", "c"]


def test_a_second_opening_in_the_same_process_is_told_so(tmp_path, base, embeddings):
    with pytest.raises(IndexBusyError, match="already open in this process"):
        KnowledgeBase.open(tmp_path / "index", embeddings)


def test_readers_are_served_while_a_writer_writes(base, pages):
    ingest(base, pages)
    more = [article(id=f"m{n}", title=f"More {n}", body=f"Zebra number {n}.", source=f"/m{n}.md") for n in range(40)]
    failures: list[str] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            hits = base.search("when do refunds arrive on my card", PUBLIC)
            if not hits or first(hits) != "Refunds":
                failures.append(repr(hits[:1]))

    readers = [threading.Thread(target=ask) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        base.update(Changes(new=tuple(more)))
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert failures == []
    assert first(base.search("zebra number 17", PUBLIC)) == "More 17"


@pytest.fixture(scope="module")
def shared(tmp_path_factory, model):
    """One base in which every audience holds pages of nearly the same words."""
    with KnowledgeBase.open(tmp_path_factory.mktemp("shared"), model) as base:
        texts = ["Refunds arrive within five days.", "The token ERR-1042 expired.", "Invoices are sent monthly."]
        base.update(
            Changes(
                new=tuple(
                    article(
                        id=f"{at}-{number}",
                        title=f"Page {number}",
                        body=f"{text} Only for {audience}.",
                        source=f"/{at}/{number}.md",
                        audience=audience,
                    )
                    for at, audience in enumerate(AUDIENCES)
                    for number, text in enumerate(texts)
                )
            )
        )
        yield base


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    audiences=st.frozensets(st.sampled_from([*AUDIENCES, "customer:nobody"])),
    question=st.one_of(
        st.sampled_from(["refunds", "ERR-1042", "Only for internal customer:acme", "customer:globex invoices"]),
        st.text(max_size=60),
    ),
    limit=st.integers(1, 30),
)
def test_a_search_never_returns_what_its_readers_may_not_see(shared, audiences, question, limit):
    hits = shared.search(question, audiences, limit)
    assert {hit.passage.audience for hit in hits} <= audiences
    assert len({hit.passage.article_id for hit in hits}) <= limit
    for part in shared.extract(question, hits).parts:
        assert part.passage_id in {hit.passage.id for hit in hits}
    if question.strip() and audiences & set(AUDIENCES):
        assert hits


@given(st.text(min_size=1, max_size=20).map(str.strip).filter(bool))
def test_every_customer_has_a_collection_of_their_own(customer_id):
    audience = f"customer:{customer_id}"
    name = collection_name(audience)
    assert audience_of(name) == audience
    assert all(char.isascii() and (char.isalnum() or char in "-_") for char in name)
    assert name[-1].isalnum()

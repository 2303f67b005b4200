"""Vectors: the same words mean the same place, and an endpoint that fails is named with what to do."""

import subprocess
import sys

import numpy as np
import pytest

from knowledge import local_embeddings as module
from knowledge.embeddings import CachedEmbeddings
from knowledge.errors import EmbeddingsError
from knowledge.local_embeddings import LocalEmbeddings
from knowledge.openai_embeddings import OpenAIEmbeddings
from tests.fakes.embeddings_server import DIMENSIONS, running_embeddings_server, vector_of


@pytest.fixture(scope="module")
def local():
    return LocalEmbeddings()


@pytest.fixture
def server():
    with running_embeddings_server() as running:
        yield running


@pytest.fixture
def remote():
    """Makes embeddings of a server, and closes them with the test."""
    made: list[OpenAIEmbeddings] = []

    def make(server, **more) -> OpenAIEmbeddings:
        defaults = {"api_key": "k-1", "model": "some-model", "base_url": server.url}
        made.append(OpenAIEmbeddings(**(defaults | {"timeout": 5.0, "max_retries": 0} | more)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_local_vectors_have_length_one_and_place_like_beside_like(local):
    rows = local.embed(["How do I reset my password?", "I forgot my login secret", "The train to Turin is late"])
    assert rows.shape == (3, local.dimensions) == (3, 384)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.3


def test_a_local_vector_does_not_depend_on_its_company(local):
    alone = local.embed(["short"])
    beside = local.embed(["a much longer text " * 40, "short", ""])
    assert np.array_equal(alone[0], beside[1])


def test_no_texts_give_no_rows(local):
    assert local.embed([]).shape == (0, 384)


def test_texts_longer_than_the_model_reads_are_cut_and_not_refused(local):
    rows = local.embed(["word " * 5_000, "word " * 6_000])
    assert rows[0] @ rows[1] == pytest.approx(1.0, abs=1e-5)


def test_a_model_folder_without_a_model_says_what_belongs_there(tmp_path):
    with pytest.raises(EmbeddingsError, match=r"must contain model\.onnx"):
        LocalEmbeddings(tmp_path)


def test_a_broken_model_file_is_named(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(EmbeddingsError, match="cannot be loaded"):
        LocalEmbeddings(tmp_path)


def test_a_model_of_ones_own_is_read_from_its_folder(tmp_path, local):
    model, tokens, _ = module._find_in_packages()
    (tmp_path / "onnx").mkdir()
    (tmp_path / "onnx" / "model.onnx").symlink_to(model)
    (tmp_path / "tokenizer.json").symlink_to(tokens)
    own = LocalEmbeddings(tmp_path)
    assert own.name.startswith(tmp_path.name)
    assert np.array_equal(own.embed(["hello"]), local.embed(["hello"]))


def test_a_packaged_file_that_was_tampered_with_is_refused(tmp_path, monkeypatch):
    package = tmp_path / "some_weights"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('the code of a data package must not run')")
    (package / "model.onnx").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(EmbeddingsError, match="SHA-256 differs"):
        module._find_package_file("some_weights", "model.onnx", "0" * 64)


def test_importing_the_package_loads_neither_the_model_runtime_nor_the_sdk():
    modules = "knowledge.local_embeddings, knowledge.openai_embeddings"
    code = f"import sys, {modules}; print({{'onnxruntime', 'openai', 'tokenizers'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_remote_vectors_come_back_in_order_and_of_length_one(server, remote):
    server.shuffled = True
    texts = ["one", "two", "three"]
    rows = remote(server).embed(texts)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-5)
    for row, text in zip(rows, texts, strict=True):
        expected = np.array(vector_of(text))
        assert row == pytest.approx(expected / np.linalg.norm(expected), abs=1e-5)
    assert server.keys == ["Bearer k-1"]


def test_many_texts_are_sent_in_requests_within_the_limits(server, remote):
    rows = remote(server).embed([f"text {number}" for number in range(1_100)] + ["long " * 30_000, ""])
    assert rows.shape == (1_102, DIMENSIONS)
    assert max(len(request["input"]) for request in server.requests) <= 512
    assert all(sum(map(len, request["input"])) <= 200_000 for request in server.requests)
    assert "" not in {text for request in server.requests for text in request["input"]}


def test_dimensions_are_asked_for_or_learnt(server, remote):
    assert remote(server).dimensions == DIMENSIONS
    assert remote(server, dimensions=4).embed(["a"]).shape == (1, 4)
    assert remote(server, dimensions=4).name != remote(server).name
    assert remote(server, model="text-embedding-3-small").dimensions == 1536


@pytest.mark.parametrize(
    ("status", "body", "says", "transient"),
    [
        (401, None, "rejected the API key", False),
        (404, None, "does not know this model", False),
        (400, None, "rejected the request with status 400", False),
        (429, None, "answered with status 429", True),
        (503, None, "answered with status 503", True),
        (200, b"<html>Sign in</html>", "cannot be used", False),
        (200, b'{"data": [{"index": 0}]}', "cannot be used", False),
        (200, b'{"object": "list"}', "cannot be used", False),
        (200, b'{"data": [{"index": 0, "embedding": [NaN, 1.0]}]}', "not finite numbers", False),
    ],
)
def test_an_endpoint_that_fails_is_named_with_what_to_do(server, status, body, says, transient, remote):
    server.status, server.body = status, body
    with pytest.raises(EmbeddingsError, match=says) as caught:
        remote(server).embed(["one"])
    assert caught.value.transient is transient
    assert server.url in str(caught.value)
    assert "k-1" not in str(caught.value)


def test_an_endpoint_that_sends_web_pages_is_no_embeddings_endpoint(server, remote):
    server.body, server.content_type = b"<html>Sign in</html>", "text/html"
    with pytest.raises(EmbeddingsError, match="cannot be used"):
        remote(server).embed(["one"])


def test_vectors_missing_from_a_reply_are_noticed(server, remote):
    server.short_by = 1
    with pytest.raises(EmbeddingsError, match="were expected"):
        remote(server).embed(["one", "two"])


def test_a_dead_endpoint_may_be_tried_again_later(remote):
    with running_embeddings_server() as gone:
        pass
    with pytest.raises(EmbeddingsError, match="cannot be reached") as caught:
        remote(gone).embed(["one"])
    assert caught.value.transient


class Counting:
    """Embeds a text as its length, and counts what it was asked for."""

    name, dimensions = "counting", 1

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts):
        self.asked += texts
        return np.array([[len(text)] for text in texts], dtype=np.float32)


def test_a_text_that_was_embedded_before_is_not_embedded_again():
    counting = Counting()
    remembering = CachedEmbeddings(counting, most=3)
    assert remembering.embed(["a", "bb", "a"])[:, 0].tolist() == [1, 2, 1]
    assert remembering.embed(["bb", "ccc"])[:, 0].tolist() == [2, 3]
    assert counting.asked == ["a", "bb", "ccc"]
    assert remembering.embed([]).shape == (0, 1)


def test_only_so_many_texts_are_remembered_and_the_oldest_go_first():
    counting = Counting()
    remembering = CachedEmbeddings(counting, most=2)
    remembering.embed(["a", "bb", "ccc", "dddd"])
    remembering.embed(["dddd", "a"])
    assert counting.asked == ["a", "bb", "ccc", "dddd", "a"]

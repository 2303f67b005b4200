"""The exceptions of the knowledge base.

KnowledgeError
+-- EmbeddingsError          texts could not be embedded (wrong key, endpoint down, model file missing)
+-- IndexBusyError           another process is using the index folder
+-- IndexUnavailableError    the index folder or the Chroma server cannot be used
"""


class KnowledgeError(Exception):
    """Base class of this package's exceptions. The message says what happened and what to do."""


class EmbeddingsError(KnowledgeError):
    """Texts could not be turned into vectors. `transient` is True if trying again later may help."""

    def __init__(self, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.transient = transient


class IndexBusyError(KnowledgeError):
    """Another process is using the index folder. `pid` is its process id, or None if unknown."""

    def __init__(self, message: str, *, pid: int | None = None) -> None:
        super().__init__(message)
        self.pid = pid


class IndexUnavailableError(KnowledgeError):
    """The index cannot be opened or searched."""

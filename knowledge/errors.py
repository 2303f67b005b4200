"""What can go wrong with knowledge; this module only names it and never handles it.

KnowledgeError
+-- EmbeddingsError          no vectors came back (wrong key, dead endpoint, missing model file)
+-- IndexBusyError           another process owns the index folder
+-- IndexUnavailableError    the index folder or the Chroma server cannot be used
"""


class KnowledgeError(Exception):
    """The root of this package's errors; the message says what happened and what to do."""


class EmbeddingsError(KnowledgeError):
    """Texts could not be turned into vectors. `transient` tells whether trying again later may help."""

    def __init__(self, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.transient = transient


class IndexBusyError(KnowledgeError):
    """Another process owns the index folder; `pid` is its process id when it could be read."""

    def __init__(self, message: str, *, pid: int | None = None) -> None:
        super().__init__(message)
        self.pid = pid


class IndexUnavailableError(KnowledgeError):
    """The index cannot be opened or asked."""

"""The knowledge base: reads articles, indexes them, and finds passages and quotes. Start at `knowledge_base.py`."""

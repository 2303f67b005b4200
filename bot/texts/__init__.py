"""Language and tone of what people read."""

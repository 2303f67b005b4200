"""How a channel earns a mode and loses it, and what people decide about it."""

"""The first decision on anything that arrives: it is stored with a receipt, and the work that follows is queued."""

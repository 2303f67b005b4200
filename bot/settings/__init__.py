"""Settings from the environment and from footbridge.yaml, with messages for what is wrong in them."""

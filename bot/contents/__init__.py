"""The contents: what posts, forms and pages show, as plain values. The views in `handlers` draw them."""

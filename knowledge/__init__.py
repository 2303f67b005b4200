"""What Footbridge knows: articles in, passages and quotes out. Knows no Slack and no SQL; start at `base.py`."""

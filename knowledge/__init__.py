"""What Footbridge knows: articles in, passages and quotes out. No Slack, no SQL; start at `base.py`."""

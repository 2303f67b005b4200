"""What Footbridge tells without being asked: digests for managers."""

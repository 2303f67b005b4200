"""What we tell without being asked: status updates and digests."""

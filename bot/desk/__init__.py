"""The desk: tickets, escalations, clocks, and messages of colleagues to customers."""

"""Messages that go out on a schedule: digests for managers."""

"""Reports that go by mail: what they say, when they are made, their pages."""

"""What the shop's pages read, by noun, always for someone."""

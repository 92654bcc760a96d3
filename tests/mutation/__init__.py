"""Mutation testing of the money: break it in every small way, and see whether a test notices."""

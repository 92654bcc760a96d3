"""Every operation the sandbox has built, by the verb and path the SDK uses."""

from importlib import import_module

from marketplace.stripe_sandbox.operations.registry import OPERATIONS, WHEN_DUE

for _noun in (
    "accounts",
    "balance",
    "checkout",
    "disputes",
    "events",
    "payments",
    "payouts",
    "refunds",
    "transfers",
    "webhook_endpoints",
):
    import_module(f"{__name__}.{_noun}")

__all__ = ["OPERATIONS", "WHEN_DUE"]

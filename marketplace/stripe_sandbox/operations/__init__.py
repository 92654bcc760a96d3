"""Every operation the sandbox has built, by the verb and path the SDK uses."""

from importlib import import_module

from marketplace.stripe_sandbox.operations.registry import OPERATIONS, WHEN_DUE

for _noun in (
    "account_details",
    "accounts",
    "accounts_v2",
    "automatic",
    "balance",
    "bank_accounts",
    "catalog",
    "checkout",
    "customers",
    "disputes",
    "events",
    "files",
    "intent_changes",
    "invoice_drafts",
    "invoice_items",
    "invoices",
    "payment_methods",
    "payments",
    "payouts",
    "refunds",
    "search",
    "setup_intents",
    "subscription_changes",
    "subscriptions",
    "thin_events",
    "transfers",
    "webhook_endpoints",
):
    import_module(f"{__name__}.{_noun}")

__all__ = ["OPERATIONS", "WHEN_DUE"]

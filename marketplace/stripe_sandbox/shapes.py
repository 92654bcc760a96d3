"""Which class of the client describes each kind of object, and what Stripe never calls null."""

RESOURCES = {
    "account": "_account.py:Account",
    "balance_transaction": "_balance_transaction.py:BalanceTransaction",
    "bank_account": "_bank_account.py:BankAccount",
    "capability": "_capability.py:Capability",
    "charge": "_charge.py:Charge",
    "checkout.session": "checkout/_session.py:Session",
    "customer": "_customer.py:Customer",
    "dispute": "_dispute.py:Dispute",
    "file": "_file.py:File",
    "invoice": "_invoice.py:Invoice",
    "invoiceitem": "_invoice_item.py:InvoiceItem",
    "item": "_line_item.py:LineItem",
    "line_item": "_invoice_line_item.py:InvoiceLineItem",
    "person": "_person.py:Person",
    "payment_intent": "_payment_intent.py:PaymentIntent",
    "payment_method": "_payment_method.py:PaymentMethod",
    "payout": "_payout.py:Payout",
    "price": "_price.py:Price",
    "product": "_product.py:Product",
    "radar.early_fraud_warning": "radar/_early_fraud_warning.py:EarlyFraudWarning",
    "refund": "_refund.py:Refund",
    "setup_intent": "_setup_intent.py:SetupIntent",
    "subscription": "_subscription.py:Subscription",
    "subscription_item": "_subscription_item.py:SubscriptionItem",
    "topup": "_topup.py:Topup",
    "transfer": "_transfer.py:Transfer",
    "transfer_reversal": "_transfer_reversal.py:TransferReversal",
    "webhook_endpoint": "_webhook_endpoint.py:WebhookEndpoint",
}
# The client's types can't tell "may be null" from "may be absent": these are absent.
ANYWHERE = (
    "allowed_payment_method_types deleted external_accounts groups individual line_items"
    " presentment_details refunds secret"
)
_ABSENT = {
    "account": "capabilities charges_enabled company controller country created default_currency"
    " details_submitted future_requirements metadata payouts_enabled requirements tos_acceptance"
    " type",
    "capability": "future_requirements requirements",
    "charge": "authorization_code level3 radar_options source transfer",
    "checkout.session": "branding_settings excluded_payment_method_types name_collection"
    " phone_number_collection redirect_on_completion return_url tax_id_collection",
    "customer": "balance business_name individual_name invoice_credit_balance invoice_settings"
    " metadata next_invoice_sequence sources subscriptions tax tax_ids",
    "dispute": "intended_submission_method network_reason_code payment_method_details",
    "invoice": "amount_paid_off_stripe auto_advance customer payments status_details"
    " threshold_reason",
    "invoiceitem": "frozen_fields invoicing_rules net_amount proration_details",
    "item": "discounts taxes",
    "payment_intent": "amount_details hooks payment_details payment_record source",
    "person": "additional_tos_acceptances address dob full_name_aliases metadata"
    " political_exposure registered_address relationship verification",
    "price": "currency_options tiers",
    "product": "tax_details",
    "radar.early_fraud_warning": "payment_intent",
    "refund": "customer customer_account description destination_details"
    " failure_balance_transaction failure_reason instructions_email next_action payment_method"
    " pending_reason",
    "setup_intent": "attach_to_self",
    "subscription": "status_details",
    "subscription_item": "billed_until current_trial quantity",
    "topup": "initiated_by payment_method payment_method_options",
    "transfer": "destination_payment source_type",
}
# A payment method names some sixty ways to pay and carries only its own.
ONLY_NULL = {"payment_method": ["customer"]}


def is_absent(kind: str, field: str) -> bool:
    return field in ANYWHERE.split() or field in _ABSENT.get(kind, "").split()

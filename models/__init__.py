"""The nouns: what a thing is, and what may never be true of it."""

from .alert import USUAL_LEAST, Alert, AlertChoice, AlertPace
from .base import Model
from .brand import Brand
from .campaign import (
    Application,
    ApplicationStatus,
    Campaign,
    CampaignStatus,
    Invitation,
    InvitationStatus,
)
from .chargeback import Chargeback, ChargebackStatus
from .creator import (
    Audience,
    Creator,
    DeliverableType,
    Platform,
    PlatformAccount,
    Provenance,
    Rate,
)
from .currency import exponent
from .deal import Deal, DealStatus, Delivery, Message, Milestone, Offer, terms_digest
from .dispute import Dispute, DisputeReason, DisputeStatus, Evidence
from .file import File
from .flow import Event, Flow, Flowing, Refused, step
from .impression import (
    BANDS_FROM,
    Exposure,
    ExposureBand,
    Impression,
    Showing,
    SizeBand,
    SlotKind,
)
from .money import CurrencyMismatch, Money, total
from .order import Order, OrderLine, OrderStatus, Return, ReturnStatus
from .payment import (
    AccountStatus,
    Checkout,
    CheckoutStatus,
    PayoutAccount,
    Refund,
    RefundStatus,
    Transfer,
    TransferStatus,
)
from .payout import Payout, PayoutStatus
from .person import Notice, PasswordReset, Person, PersonKind, SignIn, Theme
from .product import Product, ProductStatus, ShelfItem, Variant
from .proof import Proof, ProofLevel, ProofPart
from .reversal import Reversal, ReversalStatus
from .roster import Roster, RosterStatus
from .saved_list import SavedCreator, SavedList
from .stripe_event import EventStatus, EventSweep, Found, StripeEvent
from .system import CheckKind, ClockShift, LedgerCheck, RateCounter

__all__ = [
    "BANDS_FROM",
    "USUAL_LEAST",
    "AccountStatus",
    "Alert",
    "AlertChoice",
    "AlertPace",
    "Application",
    "ApplicationStatus",
    "Audience",
    "Brand",
    "Campaign",
    "CampaignStatus",
    "Chargeback",
    "ChargebackStatus",
    "CheckKind",
    "Checkout",
    "CheckoutStatus",
    "ClockShift",
    "Creator",
    "CurrencyMismatch",
    "Deal",
    "DealStatus",
    "DeliverableType",
    "Delivery",
    "Dispute",
    "DisputeReason",
    "DisputeStatus",
    "Event",
    "EventStatus",
    "EventSweep",
    "Evidence",
    "Exposure",
    "ExposureBand",
    "File",
    "Flow",
    "Flowing",
    "Found",
    "Impression",
    "Invitation",
    "InvitationStatus",
    "LedgerCheck",
    "Message",
    "Milestone",
    "Model",
    "Money",
    "Notice",
    "Offer",
    "Order",
    "OrderLine",
    "OrderStatus",
    "PasswordReset",
    "Payout",
    "PayoutAccount",
    "PayoutStatus",
    "Person",
    "PersonKind",
    "Platform",
    "PlatformAccount",
    "Product",
    "ProductStatus",
    "Proof",
    "ProofLevel",
    "ProofPart",
    "Provenance",
    "Rate",
    "RateCounter",
    "Refund",
    "RefundStatus",
    "Refused",
    "Return",
    "ReturnStatus",
    "Reversal",
    "ReversalStatus",
    "Roster",
    "RosterStatus",
    "SavedCreator",
    "SavedList",
    "ShelfItem",
    "Showing",
    "SignIn",
    "SizeBand",
    "SlotKind",
    "StripeEvent",
    "Theme",
    "Transfer",
    "TransferStatus",
    "Variant",
    "exponent",
    "step",
    "terms_digest",
    "total",
]

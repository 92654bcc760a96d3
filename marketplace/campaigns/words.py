"""The words of campaigns: their steps, their states, and what is still missing."""

from typing import Any

from flask_babel import lazy_gettext as _l

from models import ApplicationStatus, CampaignStatus, InvitationStatus

# Step → (its place in the list of steps, the heading of its page).
STEPS: dict[str, tuple[Any, Any]] = {
    "product": (_l("What you sell"), _l("What do you want people to know about?")),
    "audience": (_l("Who sees it"), _l("Who should see this?")),
    "work": (_l("What to make"), _l("What should be made?")),
    "price": (_l("Price and dates"), _l("What do you pay, and by when?")),
    "publish": (_l("Publish"), _l("Ready to publish?")),
}
CAMPAIGN: dict[str, Any] = {
    CampaignStatus.DRAFT: _l("Draft"),
    CampaignStatus.OPEN: _l("Open"),
    CampaignStatus.CLOSED: _l("Closed"),
}
INVITATION: dict[str, Any] = {
    InvitationStatus.SENT: _l("Waiting for an answer"),
    InvitationStatus.ACCEPTED: _l("Answered with an application"),
    InvitationStatus.DECLINED: _l("Declined"),
    InvitationStatus.EXPIRED: _l("Ended without an answer"),
}
APPLICATION: dict[str, Any] = {
    ApplicationStatus.SENT: _l("Waiting for an answer"),
    ApplicationStatus.OFFERED: _l("Answered with an offer"),
    ApplicationStatus.DECLINED: _l("Declined"),
    ApplicationStatus.WITHDRAWN: _l("Withdrawn"),
}
# Dimension of the audience → how its importance is asked for.
DIMENSIONS: dict[str, Any] = {
    "age_gender": _l("Age and gender"),
    "country": _l("Country"),
    "language": _l("Language"),
    "interest": _l("Interests"),
}
# What a creator lacks who can't apply → why, and what to do about it.
LACKS: dict[str, Any] = {
    "account": _l("Add an account you publish on to your profile, then apply."),
    "countries": _l("This campaign is for creators who live in other countries."),
    "languages": _l("This campaign is for creators who publish in other languages."),
    "platforms": _l("This campaign is for creators on other platforms."),
    "most_followers": _l("This campaign is for accounts with fewer followers."),
    "avoid": _l("This campaign keeps away from something you also publish about."),
    "bound": _l("A deal of yours keeps this kind of work for another brand for now."),
}
# What is missing before a draft can be published → the step that asks for it.
ASKED_IN = {"about": "product", "product": "product", "sought": "audience"}
ASKED_IN |= {"deliverables": "work", "disclosure": "work"}
# What is missing → what to do about it.
MISSING: dict[str, Any] = {
    "about": _l("Say what the campaign is about"),
    "product": _l("Choose a product, or type what you sell"),
    "sought": _l("Say who should see it: people, countries, languages or interests"),
    "deliverables": _l("Say what should be made"),
    "disclosure": _l("Say how the ad is to be marked"),
    "budget": _l("Enter a budget"),
    "pay": _l("Enter the highest price, a commission, or both"),
    "apply_by": _l("Enter the last day to apply"),
    "apply_by_passed": _l("The last day to apply has passed. Enter a later one"),
    "deliver_by": _l("Enter the day the work is to be delivered by"),
}

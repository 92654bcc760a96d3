"""What is said once everything runs."""

from importlib import import_module

from marketplace.run.environment import Plan

TO_TRY = (
    "As the brand: open your campaign, see who fits and why, and invite somebody.",
    "As the creator: answer the offer, then hand in the work and watch the purse.",
    "Advance the demo clock by five days: what nobody answered settles itself.",
)


def text(plan: Plan, seconds: float) -> str:
    lines = ["", f"Alongside is ready at {plan.address}  ({seconds:.1f} s)", ""]
    if plan.is_sandboxed:
        people = _people()
        if people:
            wide = max(len(who) for who, *_ in people), max(len(mail) for _, mail, _ in people)
            lines.append("Sign in as")
            lines += [f"  {w:<{wide[0]}}  {m:<{wide[1]}}  {p}" for w, m, p in people]
            lines.append("")
        lines += ["What to try first", *(f"  {n}. {t}" for n, t in enumerate(TO_TRY, 1)), ""]
        lines.append("No real money moves: a stand-in for Stripe answers.")
    lines.append("Ctrl-C stops everything that was started here. Your data stays.")
    return "\n".join(lines)


def _people() -> list[tuple[str, str, str]]:
    """Who can sign in in the demo world: (who, email, password)."""
    try:
        found = import_module("marketplace.demo").PEOPLE
    except (ImportError, AttributeError):
        return []
    return [(str(who), str(mail), str(password)) for who, mail, password in found]

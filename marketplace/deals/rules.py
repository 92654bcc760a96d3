"""The published clocks of a deal: how long each side has, and what silence means.

The page "How it works" shows these numbers; change them here and the promise changes with them.
"""

# An offer nobody answers ends.
ANSWER_HOURS = 72
# An accepted deal the brand doesn't fund ends; nobody owes anything.
FUND_DAYS = 7
# A delivery the brand doesn't answer counts as approved.
APPROVE_DAYS = 5
# A change asked for is handed in within this time, or the money goes back.
REVISE_DAYS = 7
# Nothing delivered so long after the agreed day: the money goes back by itself.
LATE_DAYS = 7
# So long after the agreed day everything is over, if nobody opens a dispute.
LONGEST_AFTER = LATE_DAYS + APPROVE_DAYS
# From the agreed day on plus this, the brand may cancel and get everything back.
LATE_CANCEL_DAYS = 2
# A brand may change its mind so long after funding and get everything back.
COOLING_HOURS = 24
# A payment by bank takes so long at most; the clock to pay waits for it.
BANK_DAYS = 14
# After a bank refused, so long at least is left to pay another way.
RETRY_DAYS = 3
# Work may be agreed on in so many milestones, each delivered, approved and paid alone.
FEWEST_MILESTONES = 2
MOST_MILESTONES = 6

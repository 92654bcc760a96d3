"""The shop's published clocks and limits; every page and mail that names one asks here."""

# Unsent after so many days, all the money goes back.
SEND_DAYS = 7
# Sent so many days ago counts as delivered.
DELIVERY_DAYS = 7
# How long a shopper may return what was delivered; until then all shares are held.
RETURN_DAYS = 14
# How long a brand may take to say that a parcel came back.
CONFIRM_DAYS = 7
# How long a creator keeps the rate a product had when the brand lowers it.
PROMISE_DAYS = 30
# How long things are kept for somebody who went to pay; then the payment page is closed.
PAYMENT_HOURS = 1
MOST_ITEMS = 60
MOST_AT_ONCE = 10

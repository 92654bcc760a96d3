"""What people of the demo world write to one another."""

PITCHES = (
    "I would film it on the walk I take every Sunday. The same three people come along.",
    "Those who watch me write long comments. I would ask one question and answer for a week.",
    "Two short films without music, and one where I say what I would change. That one does best.",
    "I have used something like this for years and wore it out, so I can compare.",
    "It would fit between two things I film anyway, so nobody has to pretend.",
    "I can do it in one weekend, in real weather. The forecast is bad, which is good.",
    "I’d rather show it being used by my grandmother. She is funnier than me, and honest.",
    "A still life in the morning, then the same place in the evening, with all that happened.",
    "I work slowly: a week to use it, a day to film. You get what I found, not a script.",
    "Most of my listeners live within an hour of here, so I would show where I bought it.",
)
IDA_PITCH = (
    "Three reels from our own path behind the school: dry, wet, and with both children. I’d ask"
    " my followers what their boots have been through."
)
INVITATIONS = (
    "We saw how your listeners talk to each other, and would like to be talked about there.",
    "Your last three posts are what we had in mind when we wrote this. Have a look?",
    "No hurry, and no script. Would this fit you?",
)
OFFERS = (
    "We liked that you said what you would change. Please do.",
    "Here is what we agreed on in our heads. Tell us if a day later is easier.",
    "The price you asked for is fair, so here it is.",
    "A little less than you asked, with one piece fewer to make.",
)
COUNTERS = (
    "I’d need one weekend more, and the second film takes a whole day to cut.",
    "Happily, but for the price I usually take for two pieces.",
    "Could we move the day? The bus only goes there at weekends now.",
)
NOTES = (
    "Here they are. The second one rained more than planned.",
    "All pieces, marked as an ad in the first line.",
    "Both films and the stills. The dog insisted.",
    "Done. I kept the part where it goes wrong, because everyone asks about it.",
    "As agreed, with your name spoken once and shown once.",
    "Here you are. I answered comments until midnight; there were a lot about socks.",
)
CHANGES = (
    "Lovely. Could the ad mark be in the first line instead of the third?",
    "Could you name the town in the second one? People ask where it is.",
    "The sound is very low in the first minute. Could you lift it?",
    "The product is called Vide, not Vida. Easily done!",
)
TALK = (
    ("brand", "The parcel left this morning. Tell us if the size is wrong, we change it at once."),
    ("creator", "It came, it fits, it smells of leather. Filming on Saturday."),
    ("brand", "No need to show the logo. Show the mud."),
    ("creator", "May I include my father? He has opinions about coffee."),
    ("brand", "Please do."),
    ("creator", "The light was gone by three, so I’ll do the last one tomorrow."),
)
REFUSALS = (
    "Thank you. I already work with somebody like you this season.",
    "Not this time: we are moving house, and I would only film boxes.",
)
NOT_CHOSEN = (
    "Thank you for a lovely idea. Our money is spent this time; may we ask you next time?",
    "We looked for somebody nearer to snow. Please apply to the next one.",
)
CANCELLED = (
    "My camera drowned. I am sorry, and would rather give it back than be late.",
    "Our delivery from the weaver is late, so you would have nothing to film. Better to stop now.",
)

FIRST_NAMES = (
    "Karin Bo Ulla Per Lena Sven Anette Göran Mona Leif Birgit Arne Solveig Tord Inger Ragnar Kaija"
    " Pekka Ritva Jens Bente Ole Lone Heike Uwe Petra Martin Fiona Graham Sylvie Marc Chiara Joost"
    " Mieke Orla"
)
LAST_NAMES = (
    "Fransson Lind Holm Ås Persson Ek Rydberg Hult Myhre Foss Korhonen Saari Toft Juhl Krause Lang"
    " Weiss Hardy Marsh Blanc Roux Rossi De_Vries Byrne"
)
# (street, postal code, town, country)
ADDRESSES = (
    ("Storgatan 14", "903 26", "Umeå", "SE"),
    ("Bergsgatan 9", "214 22", "Malmö", "SE"),
    ("Kungsgatan 41", "753 21", "Uppsala", "SE"),
    ("Nygatan 3", "831 30", "Östersund", "SE"),
    ("Torggata 22", "0183", "Oslo", "NO"),
    ("Vågsgaten 8", "5014", "Bergen", "NO"),
    ("Hämeenkatu 11", "33100", "Tampere", "FI"),
    ("Kirkkokatu 4", "90100", "Oulu", "FI"),
    ("Mejlgade 30", "8000", "Aarhus", "DK"),
    ("Vestergade 5", "5000", "Odense", "DK"),
    ("Lange Straße 7", "79098", "Freiburg", "DE"),
    ("Schanzenstraße 51", "20357", "Hamburg", "DE"),
    ("12 Chapel Lane", "LS6 3BN", "Leeds", "GB"),
    ("9 rue de la Part", "69001", "Lyon", "FR"),
    ("Via Po 18", "10123", "Torino", "IT"),
    ("Oudegracht 210", "3511 NR", "Utrecht", "NL"),
    ("3 Quay Street", "H91 X2P7", "Galway", "IE"),
)

"""What stands on the shelves, and why: (product, words, section). The first is featured."""

Item = tuple[str, str, str]

SHELVES: dict[str, tuple[Item, ...]] = {
    "ida@papastigen.example": (
        ("Stig hiking boots", "Third winter. Resoled once, and the left one still squeaks.",
         "What I wear"),
        ("Merino hiking socks", "I own six pairs and my daughter has stolen four.", "What I wear"),
        ("Kåsa flask, 0.5 l", "Cocoa was still hot at three in the afternoon, at minus eleven.",
         "In the bag"),
        ("Sitt sitting mat", "The best fourteen euros you can spend on a child’s mood.",
         "In the bag"),
        ("Emalj camp mug", "Chipped on day one. I stopped worrying on day two.", "In the bag"),
        ("Kokkaffe for the fire", "Smells like being nine years old.", "In the bag"),
    ),
    "aino@kotona.example": (
        ("Ull beanie", "I could knit this. I have decided not to.", "Wool"),
        ("Camp socks", "For unravelling evenings.", "Wool"),
        ("Kvällste", "Apple and heather. It tastes like August smells.", "By the window"),
        ("Linen throw", "Soft from the first day, like they say.", "By the window"),
    ),
    "mikkel@brygger.example": (
        ("Måndag filter coffee", "62 grams to the litre, 94 degrees. Then leave it alone.",
         "The daily cup"),
        ("Torsdag espresso", "Forgiving at five in the morning, which is when I need it.",
         "The daily cup"),
        ("Kopp mug, 25 cl", "Leans to the left. So do I before the first cup.", "Things to hold"),
        ("Farmer’s box", "Read the letters first.", "The daily cup"),
        ("Travel cup with lid", "Survived the pram.", "Things to hold"),
    ),
    "sofie@ute.example": (
        ("Regn jacket", "240 days a year. It has been out for all of them.", "Against the rain"),
        ("Stig hiking boots", "Dry inside at Ulriken in November. I checked twice.",
         "Against the rain"),
        ("Kåsa flask, 1 l", "One for me, one for the person I meet.", "For the top"),
        ("Trail oats", "Four breakfasts, or one after a very long day.", "For the top"),
    ),
    "jonas@waldwege.example": (
        ("Stig hiking boots", "I walk for a living. These are on their second sole.", "At work"),
        ("Vide backpack, 28 l", "Two pockets are enough. I have counted.", "At work"),
        ("Tälj carving knife", "For waiting out the rain.", "At work"),
        ("Filt wool blanket", "On the bench in front of the hut, in all seasons.", "At the hut"),
    ),
    "elsa@bord.example": (
        ("Everyday plate", "I laid four hundred tables before I chose these for my own.",
         "On the table"),
        ("Skymning candle, tall", "Three wicks for a long evening.", "On the table"),
        ("Linen throw", "Over the chair nobody wants.", "Around it"),
        ("Bordslampa table lamp", "Makes bread look better.", "Around it"),
        ("Kopp mug, 25 cl", "No two match, which solves a problem.", "On the table"),
    ),
    "clara@aumatin.example": (
        ("Måndag filter coffee", "Prune, cacao, chapitre un.", "Le matin"),
        ("Slow mornings", "I am on page 61, and it is not my best kitchen.", "Le matin"),
        ("Tasting notebook", "I write about people in it instead.", "Le matin"),
        ("Gryning candle", "For the hour before the street wakes.", "La table"),
    ),
    "tom@walkshome.example": (
        ("Myr low shoes", "Eleven days, Carlisle to Leeds, one blister.", "Walking home"),
        ("Merino hiking socks", "Washed in a pub sink in Hawes. Dry by closing time.",
         "Walking home"),
        ("Emalj camp mug", "Doubles as a bell.", "Walking home"),
        ("Morgonte", "Strong enough for Yorkshire.", "Back home"),
    ),
    "giulia@inmontagna.example": (
        ("Vide backpack, 28 l", "Rope, lunch, jumper. Nothing else fits, so nothing else comes.",
         "Saturday"),
        ("Kåsa flask, 0.5 l", "Tè at the third pitch.", "Saturday"),
        ("Ull beanie", "Fits under a helmet.", "Saturday"),
    ),
    "noor@brouwt.example": (
        ("Torsdag espresso", "Better than six of the nine cafés I reviewed in March.", "Koffie"),
        ("Travel cup with lid", "I fell off the bike. The coffee did not.", "Koffie"),
        ("Grönt te, Shizuoka", "Seventy degrees. I use a thermometer, and no shame.", "Thee"),
        ("Kvällste", "After the last train.", "Thee"),
    ),
    "hanna@saunan.example": (
        ("Birch soap bar", "Smells of the jetty.", "Saunan jälkeen"),
        ("Winter face serum", "Four drops, then silence.", "Saunan jälkeen"),
        ("Jar of bath oats", "For those of us without a lake.", "Saunan jälkeen"),
        ("Camp socks", "The walk back to the house.", "Saunan jälkeen"),
    ),
    "emil@lagar.example": (
        ("Tälj carving knife", "Fixed a chair, a door and a marriage (not mine).", "Tools"),
        ("Trail oats", "With an egg. Trust me.", "Dinner"),
        ("Tallow-free kitchen soap", "Garlic, gone.", "Dinner"),
        ("Myr low shoes", "Resoled them myself, which they say you can.", "Tools"),
    ),
    "freja@hundene.example": (
        ("Filt wool blanket", "It is the dogs’ now.", "The sofa"),
        ("Regn jacket", "Odense in November, twice a day.", "The walk"),
        ("Birch soap bar", "For me. They have their own.", "The sofa"),
    ),
    "lukas@amberg.example": (
        ("Lykta lantern", "Forty hours, at altitude, counted.", "Up there"),
        ("Hage tent for two", "Held in a wind I should not have been out in.", "Up there"),
        ("Kåsa flask, 1 l", "For whoever we come to fetch.", "Up there"),
        ("Depå house roast, 1 kg", "The rescue hut’s choice, by vote.", "Down here"),
    ),
    "maeve@readslate.example": (
        ("Kvällste", "One pot, two chapters.", "After midnight"),
        ("Bordslampa table lamp", "The only one I leave on.", "After midnight"),
        ("Letter notebook", "For sentences I wish were mine.", "After midnight"),
        ("Gryning candle", "For power cuts, and pretending there is one.", "After midnight"),
    ),
}  # fmt: skip

"""What people, towns and accounts are called, country by country."""

from typing import NamedTuple


class Country(NamedTuple):
    """`share`: how many of a hundred creators live there."""

    share: int
    language: str
    firsts: str
    lasts: str
    towns: str


COUNTRIES: dict[str, Country] = {
    "SE": Country(
        34,
        "sv",
        "Alva Astrid Axel Ebba Elin Erik Fredrik Gustav Hedda Hugo Ingrid Johan Julia Karin Klara"
        " Lars Linnea Lovisa Malin Maria Moa Nils Olle Oskar Saga Signe Sigrid Stina Tilde Viktor",
        "Andersson Berglund Björk Dahlgren Ekström Engström Forsberg Hedlund Holmgren Lindberg"
        " Lundgren Nordin Norberg Sandberg Sjöberg Ström Sundin Wallin Åkesson Öberg",
        "Stockholm Göteborg Malmö Uppsala Umeå Luleå Östersund Falun Gävle Lund Kiruna Visby",
    ),
    "NO": Country(
        12,
        "no",
        "Anders Astrid Eirik Emma Guro Håkon Ingvild Jonas Kari Kristine Lars Maren Marte Ola"
        " Silje Sindre Sunniva Tuva Vilde Øyvind",
        "Andersen Bakken Berg Dahl Eide Haugen Hagen Lie Moen Nilsen Nygård Solberg Strand Vik",
        "Oslo Bergen Trondheim Tromsø Stavanger Bodø Ålesund Lillehammer",
    ),
    "FI": Country(
        12,
        "fi",
        "Aleksi Anni Eero Eeva Elina Helmi Ilona Jaakko Juho Kaisa Lauri Leena Matti Noora Oona"
        " Onni Pihla Saara Tuomas Venla",
        "Aalto Halonen Heikkinen Hämäläinen Järvinen Koskinen Laine Lehtonen Mäkinen Niemi Nieminen"
        " Rantanen Salonen Virtanen",
        "Helsinki Tampere Turku Oulu Jyväskylä Kuopio Rovaniemi Espoo",
    ),
    "DK": Country(
        10,
        "da",
        "Agnes Anton Asger Astrid Caroline Emil Frederik Ida Johanne Karla Kirstine Laura Mads"
        " Magnus Nanna Rasmus Sille Søren Thea Viggo",
        "Andersen Bech Christensen Frandsen Iversen Jensen Kjær Larsen Lund Madsen Mikkelsen"
        " Nielsen Rasmussen Skov Østergaard",
        "København Aarhus Odense Aalborg Esbjerg Svendborg Roskilde",
    ),
    "DE": Country(
        12,
        "de",
        "Anke Anton Britta Clemens Elif Emma Felix Franziska Greta Hannes Jana Jonas Katrin Lena"
        " Lukas Marlene Moritz Nele Paul Theresa",
        "Albrecht Bauer Becker Brandt Fischer Hoffmann Keller Krüger Lehmann Maier Neumann Richter"
        " Schäfer Schröder Vogel Wolf Yılmaz Zimmermann",
        "Berlin Hamburg Leipzig Freiburg Köln München Dresden Kiel",
    ),
    "GB": Country(
        8,
        "en",
        "Aisha Alice Callum Charlotte Ewan Fiona George Harriet Imogen Jack Kezia Megan Nadia Owen"
        " Poppy Rhys Rowan Sam Tamsin Will",
        "Ahmed Barker Bennett Campbell Davies Evans Fletcher Gray Hughes Khan Lawson Morgan Patel"
        " Reid Shaw Turner Walsh Wright",
        "London Leeds Bristol Edinburgh Cardiff Sheffield Glasgow Norwich",
    ),
    "FR": Country(
        5,
        "fr",
        "Adèle Antoine Camille Chloé Élise Fanny Hugo Inès Jules Léa Louise Manon Mathis Nina Théo"
        " Zoé",
        "Bernard Bonnet Chevalier Dubois Durand Fontaine Garnier Lambert Lefèvre Martin Mercier"
        " Petit Robin Roussel",
        "Paris Lyon Nantes Bordeaux Grenoble Rennes",
    ),
    "IT": Country(
        4,
        "it",
        "Alessia Bianca Davide Elisa Francesca Giorgio Lorenzo Lucia Marco Martina Matteo Sara"
        " Tommaso Viola",
        "Bianchi Colombo Conti Costa Esposito Gallo Greco Lombardi Marino Moretti Ricci Romano",
        "Milano Torino Bologna Trento Roma Firenze",
    ),
    "NL": Country(
        3,
        "nl",
        "Anouk Bram Daan Eva Fleur Jasper Lotte Maud Niels Roos Sanne Thijs",
        "Bakker Bos Dekker Hendriks Jansen Kuipers Meijer Mulder Smit Visser",
        "Amsterdam Utrecht Groningen Rotterdam",
    ),
}
# Where else a country's creators are listened to.
NEIGHBOURS = {
    "SE": "NO FI DK DE GB US",
    "NO": "SE DK GB DE US IS",
    "FI": "SE EE DE GB US NO",
    "DK": "SE NO DE GB US NL",
    "DE": "AT CH NL DK GB US",
    "GB": "IE US AU CA DE NL",
    "FR": "BE CH CA DE GB US",
    "IT": "CH DE FR US GB ES",
    "NL": "BE DE GB US FR ES",
    "AT": "DE CH IT CZ US NL",
    "IE": "GB US CA AU DE FR",
}
LANGUAGE = {code: row.language for code, row in COUNTRIES.items()}
LANGUAGE |= {"AT": "de", "IE": "en", "US": "en", "AU": "en", "CA": "en", "CH": "de", "BE": "nl"}
LANGUAGE |= {"EE": "et", "IS": "is", "ES": "es", "CZ": "cs"}

# A topic → (a word for the handle, what is said about it)
TOPICS: dict[str, tuple[str, str]] = {
    "hiking": ("trails", "I walk slowly and look at moss."),
    "camping": ("undertarp", "Nights outside, and what I forgot to pack."),
    "outdoors": ("outside", "An hour outdoors a day, every day of the year."),
    "climbing": ("onrock", "Easy routes, honest grades."),
    "winter": ("snow", "Skis from November, complaints from March."),
    "gardening": ("beds", "A small garden and a long list of what the slugs left."),
    "running": ("strides", "Running without a watch, most days."),
    "cycling": ("gravel", "Long rides to short lunches."),
    "yoga": ("mat", "Twenty minutes in the morning, before anyone asks for anything."),
    "cooking": ("kitchen", "Weekday dinners from what is left."),
    "baking": ("flour", "Sourdough, cardamom, and the odd disaster."),
    "coffee": ("cups", "One cup at a time, weighed and wondered at."),
    "tea": ("pot", "Leaves, water, patience."),
    "vegetarian": ("greens", "Vegetables as the main thing."),
    "fashion": ("wardrobe", "Ten garments, worn a hundred ways."),
    "vintage": ("attic", "Second-hand finds and how to mend them."),
    "skincare": ("skin", "Short routines for dry winters."),
    "home": ("rooms", "A rented flat, made ours."),
    "design": ("forms", "Chairs, light, and why I keep moving them."),
    "plants": ("leaves", "Forty houseplants and one window."),
    "repair": ("mends", "I fix things before I replace them."),
    "crafts": ("hands", "Something made by hand each week."),
    "knitting": ("wool", "Jumpers that take a winter."),
    "sustainability": ("lesser", "Fewer things, kept longer."),
    "family": ("athome", "Three children and no plan."),
    "dogs": ("paws", "A dog who hates the camera."),
    "books": ("pages", "A book a week and a sentence about each."),
    "music": ("strings", "Songs from a very small kitchen."),
    "art": ("ink", "Drawings of people on trains."),
    "photography": ("frames", "One photograph a day, on film when I can afford it."),
    "travel": ("away", "Slow trips, small towns."),
    "trains": ("rails", "Everywhere by rail, with timetables."),
    "cities": ("streets", "Streets worth getting lost in."),
    "learning": ("notes", "I learn one thing a month in public."),
}
# Topics that go together; a creator has some of one row.
CIRCLES = (
    "hiking camping outdoors photography dogs",
    "hiking winter climbing outdoors travel",
    "hiking family outdoors camping cooking",
    "running cycling outdoors trains",
    "coffee baking cooking books",
    "coffee cities travel design",
    "tea books home knitting",
    "home design plants crafts",
    "home sustainability repair vintage",
    "knitting crafts sustainability family",
    "cooking vegetarian gardening sustainability",
    "skincare home yoga fashion",
    "photography art travel cities",
    "music books art learning",
    "fashion vintage sustainability design",
    "gardening plants dogs family",
)

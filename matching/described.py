"""What each topic is about, in the words a brief would use: English, then Swedish and German.

`matching.topics.suggest` compares a brief with these texts. They are no training data of
anybody's; add a word where a brief was not understood.
"""

from __future__ import annotations

from collections.abc import Mapping

DESCRIBED: Mapping[str, str] = {
    "hiking": """
        hiking hike hiker trail trails trekking trek backpacking mountain walk walking boots
        rucksack summit long-distance path / vandring vandra fjäll led vandrare ryggsäck
        / wandern wanderung wanderschuhe bergtour trekking rucksack""",
    "camping": """
        camping camp tent tents sleeping bag campsite campfire stove van life motorhome
        campervan overnight headlamp / camping tält sovsäck husbil lägereld stormkök
        övernatta / zelt zelten schlafsack campingplatz wohnmobil lagerfeuer""",
    "outdoors": """
        outdoors outdoor nature wilderness forest lake adventure fishing bushcraft kayak canoe
        birds wild fresh air survival / friluftsliv natur skog sjö äventyr fiske kajak
        kanot svamp / draußen natur wald abenteuer angeln kajak wildnis""",
    "climbing": """
        climbing climb climber bouldering boulder rope harness crag wall chalk via ferrata
        alpine mountaineering belay / klättring klättra klättervägg rep sele / klettern
        bouldern kletterhalle seil klettersteig bergsteigen""",
    "winter": """winter ski skis skiing snow snowboard snowboarding slope slopes skating ice
        cross-country sledge cold goggles / vinter skidor skidåkning snö längdskidor
        skridsko backe / winter ski skifahren schnee piste langlauf eislaufen""",
    "surfing": """
        surfing surf surfer wave waves board wetsuit beach ocean sea paddle kitesurf windsurf
        swimming diving snorkel / surfa surfing våg vågor strand hav våtdräkt dyka bada
        / surfen wellen brett strand meer neoprenanzug tauchen schwimmen""",
    "gardening": """
        gardening garden gardener seeds seedlings soil compost vegetables patch raised bed
        greenhouse lawn mower pruning harvest flowers allotment / trädgård odla odling
        frön jord växthus gräsmatta kompost / garten gärtnern samen erde beet
        gewächshaus rasen ernte""",
    "running": """
        running run runner runners marathon half-marathon jogging jog race pace shoes 10k 5k
        trainers track sprint training plan / löpning löpare springa jogga lopp maraton
        löparskor / laufen läufer joggen marathon laufschuhe lauf""",
    "cycling": """
        cycling bike bikes bicycle cyclist gravel mountain-bike road-bike e-bike pedal helmet
        saddle commute wheels touring / cykel cykling cyklist elcykel cykla hjälm
        mountainbike / fahrrad rad radfahren rennrad e-bike mountainbike helm radtour""",
    "fitness": """
        fitness gym workout workouts strength weights dumbbell lifting muscle protein training
        exercise crossfit personal-trainer body / träning gym styrketräning styrka
        vikter muskler protein / training krafttraining fitnessstudio hanteln muskeln
        eiweiß sport""",
    "yoga": """
        yoga yogi pilates mat stretching flexibility meditation breath breathing mindfulness
        poses retreat calm / yoga yogamatta meditation andning stretching / yoga
        yogamatte meditation dehnen atmung achtsamkeit""",
    "football": """
        football soccer match goal goals club league fans stadium striker goalkeeper pitch cup
        kit boots team supporters / fotboll match mål lag supporter allsvenskan
        fotbollsskor / fußball spiel tor verein bundesliga mannschaft fans stadion""",
    "cooking": """
        cooking cook recipe recipes kitchen dinner meal meals chef pan pans knife knives
        ingredients sauce spices weeknight home-cooked food olive-oil / matlagning laga
        mat recept kök middag kryddor kniv stekpanna / kochen rezept rezepte küche
        abendessen gewürze messer pfanne""",
    "baking": """
        baking bake baker bread sourdough cake cakes pastry cookies dough flour oven icing buns
        dessert chocolate / baka bakning bröd surdeg tårta kaka deg mjöl ugn bullar /
        backen brot sauerteig kuchen torte teig mehl ofen kekse""",
    "coffee": """
        coffee espresso barista beans roast roaster roasted grinder latte cappuccino filter brew
        cafe aeropress caffeine / kaffe espresso bönor rosteri bryggkaffe kaffebryggare
        / kaffee espresso bohnen rösterei kaffeemaschine filterkaffee""",
    "tea": """
        tea teas teapot matcha herbal infusion green-tea chai leaves loose-leaf brew oolong
        earl-grey / te tekanna örtte grönt te matcha / tee teekanne kräutertee grüntee
        matcha""",
    "wine": """
        wine wines winery vineyard grape grapes sommelier red white sparkling natural-wine
        bottle cellar tasting champagne beer cocktail spirits / vin vingård druvor
        vinprovning öl / wein weine weingut trauben weinprobe winzer sekt bier""",
    "vegetarian": """
        vegetarian vegan plant-based meat-free tofu oat oats lentils beans dairy-free veggie
        greens tempeh / vegetariskt vegan växtbaserat havre linser tofu grönt /
        vegetarisch vegan pflanzlich hafer linsen tofu fleischlos""",
    "fashion": """
        fashion clothes clothing outfit outfits dress dresses style jacket jeans knitwear
        wardrobe collection designer trend look shirts bag handbag shoes sneakers / mode
        kläder klänning stil garderob jacka outfit / mode kleidung kleid stil jacke
        outfit garderobe""",
    "vintage": """
        vintage secondhand second-hand thrift thrifted pre-loved retro antique flea-market
        resale used charity-shop rewear / vintage secondhand begagnat loppis retro
        antikt / vintage secondhand gebraucht flohmarkt retro antik""",
    "skincare": """
        skincare skin serum moisturiser cream face cleanser sunscreen spf acne routine
        dermatologist hydrating retinol lotion / hudvård hud kräm serum ansikte solskydd
        fuktkräm / hautpflege haut creme serum gesicht sonnenschutz feuchtigkeit""",
    "makeup": """
        makeup make-up lipstick mascara foundation blush eyeliner eyeshadow palette brushes
        concealer cosmetics beauty / smink läppstift mascara foundation skönhet /
        make-up schminke lippenstift wimperntusche schminken kosmetik""",
    "hair": """hair haircare shampoo conditioner curls curly hairdresser salon styling blow-dry
        straightener colour braid hairstyle scalp / hår hårvård schampo balsam lockar
        frisör frisyr / haare haarpflege shampoo spülung locken friseur frisur""",
    "jewellery": """
        jewellery jewelry ring rings necklace earrings bracelet gold silver diamond gem
        goldsmith engagement watch watches / smycken ring halsband örhängen armband guld
        silver klocka / schmuck ring kette ohrringe armband gold silber goldschmied uhr""",
    "home": """
        home house living apartment sofa bed bedroom kitchenware mattress bedding cleaning
        vacuum household storage tidy organise renovation moving / hem hus lägenhet
        soffa säng städning hushåll förvaring renovering / zuhause haus wohnung sofa
        bett matratze putzen haushalt ordnung""",
    "design": """
        design interior interiors furniture lamp lamps lighting decor scandinavian architecture
        architect textile wallpaper ceramic minimalist / inredning möbler lampa
        belysning design arkitektur tapet / einrichtung möbel lampe design architektur
        inneneinrichtung tapete""",
    "plants": """
        plants plant houseplant houseplants pot pots monstera succulents leaves watering
        indoor-jungle cuttings repotting / växter krukväxter kruka blommor vattna /
        pflanzen zimmerpflanzen topf gießen blumen grünpflanzen""",
    "repair": """
        repair fix mend mending tools toolbox drill diy workshop spare-parts screwdriver restore
        broken handyman saw woodwork / laga reparera verktyg borr verkstad hemmafix
        snickra / reparieren reparatur werkzeug bohrer werkstatt heimwerken schrauben""",
    "crafts": """
        crafts craft handmade diy pottery clay paper glue scissors sewing stitch leather
        candle-making embroidery creative hobby macrame / hantverk pyssel sy keramik
        lera broderi / basteln handwerk handgemacht töpfern nähen papier stickerei""",
    "knitting": """
        knitting knit knitter yarn wool crochet needles pattern skein hook cardigan sweater
        hand-knit / stickning sticka garn ull virka virkning stickor mönster / stricken
        wolle garn häkeln stricknadeln strickmuster""",
    "sustainability": """
        sustainability sustainable eco climate recycled recycling zero-waste plastic-free carbon
        organic circular refill reusable environment green energy solar / hållbarhet
        hållbar klimat återvunnet miljö ekologisk plastfri / nachhaltigkeit nachhaltig
        klima recycelt umwelt bio plastikfrei müll""",
    "family": """
        family families kids children together grandparents weekend household siblings games
        board-game playground everyday / familj familjer barn tillsammans barnen syskon
        helg spel / familie familien kinder gemeinsam großeltern spielplatz alltag""",
    "parenting": """
        parenting parent parents baby babies mum mums dad dads toddler newborn pregnancy nappies
        pram stroller breastfeeding bedtime school nursery / förälder föräldrar bebis
        mamma pappa graviditet blöjor barnvagn småbarn / eltern baby mama papa
        schwangerschaft windeln kinderwagen kleinkind""",
    "pets": """
        pets pet cat cats kitten rabbit hamster vet litter aquarium animals fur paws bird food
        bowl / husdjur katt katter kattunge kanin veterinär djur / haustier haustiere
        katze katzen kaninchen tierarzt tiere futter""",
    "dogs": """
        dogs dog puppy puppies leash collar walkies kibble breed retriever tail canine chew
        harness trainer bark / hund hundar valp koppel hundfoder hundpromenad / hund
        hunde welpe leine hundefutter gassi""",
    "books": """
        books book reading reader novel novels author library bookshop crime-fiction poetry
        audiobook literature publisher bookclub paperback / böcker bok läsning läsa
        roman författare bibliotek ljudbok deckare / bücher buch lesen roman autor
        bibliothek hörbuch literatur""",
    "film": """
        film films movie movies cinema series streaming director trailer documentary tv episode
        actor screen festival / film filmer bio serie serier dokumentär regissör / film
        filme kino serie serien regisseur dokumentarfilm""",
    "music": """
        music song songs album band concert guitar piano headphones playlist singer vinyl
        festival tour dj speakers instrument / musik låt konsert gitarr piano hörlurar
        skiva spellista / musik lied konzert gitarre klavier kopfhörer schallplatte""",
    "art": """
        art artist artists painting paint drawing gallery illustration canvas sculpture museum
        exhibition watercolour sketch prints / konst konstnär måla målning teckna
        galleri utställning / kunst künstler malen zeichnen galerie ausstellung gemälde
        museum""",
    "photography": """
        photography photo photos photographer camera lens lenses portrait tripod landscape-photo
        analog editing presets shutter drone / fotografi foto fotograf kamera objektiv /
        fotografie foto fotograf kamera objektiv stativ""",
    "gaming": """
        gaming game gamer gamers video-game console playstation xbox nintendo esports pc
        controller streamer twitch quest level multiplayer / spel gamer datorspel konsol
        tv-spel kontroll / spiel spiele gamer konsole computerspiel videospiel zocken""",
    "travel": """
        travel traveller trip trips holiday vacation flight flights hotel hotels suitcase
        luggage destination island backpacker passport booking abroad / resa resor
        semester flyg hotell resväska utomlands / reisen reise urlaub flug hotel koffer
        ausland""",
    "trains": """
        train trains railway rail sleeper night-train interrail station locomotive tracks
        carriage timetable slow-travel / tåg nattåg järnväg tågresa tågluff station
        perrong / zug züge bahn nachtzug bahnhof bahnreise schiene interrail""",
    "cities": """
        city cities urban city-break weekend-break guide neighbourhood restaurants museums
        streets tour local metro downtown tourism / stad städer storstad weekendresa
        guide stadsdel restauranger / stadt städte städtereise stadtführer viertel
        großstadt""",
    "tech": """
        tech technology gadget gadgets app apps software laptop phone smartphone computer ai
        coding developer startup smart-home device wireless charger / teknik app mobil
        dator programmering prylar smarta hem / technik app handy computer software
        gerät programmieren""",
    "science": """science scientist research physics chemistry biology space astronomy telescope
        experiment experiments laboratory evolution stars brain / vetenskap forskning
        fysik kemi biologi rymden experiment / wissenschaft forschung physik chemie
        biologie weltraum experiment""",
    "finance": """
        finance money savings saving invest investing bank stocks shares funds pension budget
        budgeting mortgage tax insurance crypto accounting / ekonomi pengar spara
        sparande aktier fonder bank pension försäkring / finanzen geld sparen aktien
        bank rente fonds versicherung steuern""",
    "cars": """
        cars car auto driving drive driver electric-car ev engine garage tyres motor vehicle
        motorcycle racing charging road-trip / bil bilar köra elbil motor däck garage
        motorcykel / auto autos fahren elektroauto motor reifen werkstatt motorrad""",
    "learning": """
        learning learn course courses study studying students language languages school
        education teacher lesson tutor university online-course exam skills vocabulary /
        lära kurs kurser plugga studier språk skola utbildning lärare / lernen kurs
        sprachen schule studium bildung lehrer unterricht vokabeln""",
    "health": """
        health healthy wellbeing sleep vitamins supplements nutrition doctor mental-health
        stress therapy medicine gut immune diet menopause pain / hälsa sömn vitaminer
        kosttillskott välmående stress terapi läkare / gesundheit gesund schlaf vitamine
        nahrungsergänzung ernährung arzt therapie""",
}

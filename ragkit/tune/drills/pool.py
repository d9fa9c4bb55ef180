"""What procedures, instructions, conditions, lists and rules are made of."""

from __future__ import annotations

from ragkit.tune.drills.schema import Family
from ragkit.tune.drills.words import (
    COUNTRIES,
    Maker,
    clock,
    coded,
    coined,
    date,
    email,
    money,
    number,
    one_of,
    pair,
    percent,
    person,
    phone,
    product,
    version,
)

SLOTS: dict[str, Maker] = {
    "n": number(2, 30),
    "min": number(2, 55, 1, "{} minutes"),
    "days": number(2, 60, 1, "{} days|{} working days"),
    "sum": money(5, 400, 5),
    "who": person,
    "mail": email,
    "phone": phone,
    "date": date(2023, 2029),
    "clock": clock(),
    "percent": percent(3, 60),
    "button": one_of("power|reset|menu|mode|start|pairing|left|right|blue|upper"),
    "code": coded("@@##|##-##|@###"),
    "light": one_of("green|red|orange|blue|white"),
    "menu": one_of("Settings|Tools|Account|Admin|View|System|Profile|Network"),
    "item": one_of("Restore|Export|Advanced|Security|Devices|Storage|Members|Sharing|Updates|Language"),
    "temp": number(30, 220, 5, "{} °C"),
    "file": coded("backup-##.zip|setup_#.bin|data-@.csv|conf.@@"),
    "office": one_of(
        "front desk|personnel office|service desk|warehouse|accounts office|site manager|doctor on duty|duty engineer"
    ),
}

PROCEDURES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "reset {} to factory settings",
        (
            "Switch off the unit.",
            "Hold the {button} button for {n} seconds.",
            "Release it when the light turns {light}.",
            "Wait {min}.",
        ),
    ),
    (
        "update the firmware of {}",
        (
            "Download the file {file}.",
            "Copy it to an empty memory stick.",
            "Insert the stick and press the {button} button.",
            "Do not switch off until the light is {light}.",
            "Remove the stick.",
        ),
    ),
    (
        "calibrate {}",
        (
            "Warm up for {min}.",
            "Place the {n} g weight in the middle.",
            "Press the {button} button twice.",
            "Write the value into the log.",
        ),
    ),
    (
        "connect {} to the wireless network",
        (
            "Open {menu} > {item}.",
            "Choose the network named {code}.",
            "Type the password on the label.",
            "Tap Connect.",
        ),
    ),
    (
        "clean {}",
        (
            "Pull the plug.",
            "Let it cool for {min}.",
            "Take out the filter.",
            "Wash the filter at {temp}.",
            "Put the filter back when it is dry.",
        ),
    ),
    (
        "return {} to the shop",
        (
            "Ask for a return number at {mail}.",
            "Pack everything with its accessories.",
            "Stick the label on the box.",
            "Hand the box in within {days}.",
        ),
    ),
    (
        "export the data of {}",
        (
            "Sign in as an administrator.",
            "Open {menu} > {item}.",
            "Tick the tables that you need.",
            "Save the file as {file}.",
        ),
    ),
    (
        "add a user to {}",
        ("Go to {menu} > {item}.", "Click New.", "Enter name and address.", "Choose a role.", "Send the invitation."),
    ),
    (
        "mount {} on the wall",
        (
            "Mark {n} holes with the template.",
            "Drill the holes.",
            "Fix the plate with screws.",
            "Hang the unit on the plate until it clicks.",
        ),
    ),
    (
        "replace the battery of {}",
        (
            "Open the lid with a coin.",
            "Take out the old cell.",
            "Insert a cell of type {code}.",
            "Close the lid and set the time.",
        ),
    ),
    (
        "order spare parts for {}",
        ("Find the number on the plate.", "Fill in form {code}.", "Have it signed by {who}.", "Send it to {mail}."),
    ),
    (
        "back up {}",
        ("Stop the service.", "Copy the folder to {file}.", "Compare the checksums.", "Start the service again."),
    ),
    (
        "migrate {} to the new server",
        (
            "Announce the outage {days} ahead.",
            "Put the old server into read-only mode.",
            "Import {file} on the new one.",
            "Switch the address at {clock}.",
            "Watch the log for {min}.",
        ),
    ),
    (
        "report damage to {}",
        ("Take {n} photos.", "Note the serial number.", "Call {phone}.", "Keep the damaged parts for {days}."),
    ),
    (
        "register {}",
        (
            "Scan the code on the box.",
            "Create an account.",
            "Enter the date of purchase.",
            "Confirm the mail that you get.",
        ),
    ),
    (
        "shut down {}",
        ("Save all work.", "Press the {button} button once.", "Wait until the fan stops.", "Switch off the mains."),
    ),
)

TASKS: tuple[tuple[str, str], ...] = (
    ("book a parking space", "write to {mail} before {clock}"),
    ("change my bank details", "send form {code} to the {office}"),
    ("claim travel costs", "hand in the receipts within {days}"),
    ("get a new badge", "go to the {office} with your passport"),
    ("reserve a company car", "enter the trip in the calendar {days} ahead"),
    ("print in colour", "choose the queue {code} in the print dialog"),
    ("reset a forgotten password", "click the link on the sign-in page and answer {n} questions"),
    ("mute notifications", "open {menu} > {item} and tick Quiet"),
    ("undo the last commit", "run `revert --last`"),
    ("delete a branch", "run `prune {code}` from the main folder"),
    ("list running jobs", "type `jobs --all`"),
    ("raise the log level", "set LOG_{code} to debug and restart"),
    ("clear the cache", "delete the file {file}"),
    ("share a folder", "open {menu} and pick {item}"),
    ("cancel an order", "call {phone} before {clock}"),
    ("change the delivery address", "write to {mail} with the order number"),
    ("apply for a tax refund", "file form {code} by {date}"),
    ("register a car", "bring the papers and {sum} to the {office}"),
    ("renew a passport", "make an appointment and bring {n} photos"),
    ("return a library book", "put it into the box at the side door"),
    ("remove rust stains", "rub them with lemon juice and wait {min}"),
    ("thicken the sauce", "stir in two spoons of starch and simmer for {min}"),
    ("sterilise jars", "heat them to {temp} for {min}"),
    ("thaw a sample", "put the tube on ice for {min}"),
    ("dispose of solvents", "pour them into the {light} canister"),
    ("stop the conveyor in an emergency", "pull the {light} cord"),
    ("report an accident", "call the {office} on {phone}"),
    ("open the emergency exit", "lift the bar and push"),
    ("join the pension scheme", "tell the {office} by {date}"),
    ("extend a loan", "ask {who} {days} before it ends"),
    ("change the language", "choose {menu} > {item}"),
    ("import contacts", "upload {file} on the import page"),
    ("merge two accounts", "ask {who} by mail to {mail}"),
    ("turn on two-factor login", "scan the code under {menu} > {item}"),
    ("download an invoice", "open {menu} and click the number"),
    ("switch to another plan", "press Upgrade under {menu}"),
    ("pair the remote control", "hold the {button} button until it flashes {light}"),
    ("descale the kettle", "boil it with vinegar and wait {min}"),
    ("bleed the radiator", "turn the valve with key {code} until water comes"),
    ("water orchids", "dip the pot for {min} every {days}"),
)

CONDITIONS: tuple[tuple[str, str], ...] = (
    ("a payment is late", "a fee of {sum} is charged"),
    ("the customer cancels", "{percent} of the price is kept"),
    ("the key is lost", "the lock is replaced for {sum}"),
    ("a parcel is damaged", "the sender must be told within {days}"),
    ("the password is wrong five times", "the account is locked for {min}"),
    ("the disk is full", "the oldest logs are deleted"),
    ("the connection drops", "the client tries again after {n} seconds"),
    ("the sensor fails", "the pump stops and the {light} light flashes"),
    ("the temperature rises above 80 °C", "the heater is switched off"),
    ("the fire alarm rings", "everybody meets at gate {code}"),
    ("an employee falls ill on holiday", "the days are credited against a certificate"),
    ("a trip is called off", "the tickets must be returned to {who}"),
    ("the licence expires", "the program runs in read-only mode for {days}"),
    ("a user leaves the company", "the account is closed after {days}"),
    ("two bids are equal", "the earlier one wins"),
    ("the vote is tied", "{who} decides"),
    ("the course has fewer than six students", "it is moved to the next term"),
    ("a student misses an exam", "it can be repeated by {date}"),
    ("a reviewer objects", "the paper goes to {who}"),
    ("the backup fails", "a message goes to {mail}"),
    ("the queue holds more than a thousand jobs", "new jobs are refused with code {code}"),
    ("the token is older than an hour", "the request is answered with {code}"),
    ("the file is larger than the limit", "it is split into parts of {n} MB"),
    ("the header is missing", "the first line is taken as data"),
    ("it rains", "the match is moved to {date}"),
    ("a player is hurt", "a substitute may enter within {min}"),
    ("the tenant moves out early", "rent is due for {days} more"),
    ("pets are kept without consent", "a warning is sent by {who}"),
    ("the meter cannot be read", "the use is estimated"),
    ("goods are not collected", "they are sold after {days}"),
    ("the dough is too dry", "a spoon of milk is added"),
    ("the solution turns cloudy", "the sample is thrown away"),
    ("a dose is forgotten", "it is taken within {min} or left out"),
    ("a visitor has no badge", "the {office} is called"),
    ("the quota is used up", "speed drops to {n} kbit/s"),
    ("the supplier misses the date", "{percent} of the sum is deducted"),
    ("the lift is stuck", "press the {light} bell and wait for the {office}"),
    ("the invoice has no order number", "it is sent back to the sender"),
)


def _family(titles: str, owners: Maker, head: str, items: str, asks: str, beside: str) -> Family:
    return Family(titles, owners, head, tuple(items.split("|")), tuple(asks.split("|")), tuple(beside.split("|")))


LISTS = (
    _family(
        "What is in the box|Packing lists",
        product,
        "The box of the {} contains",
        "a charger|a carrying case|two cables|a remote control|spare screws|a quick guide|"
        "a wall mount|a cleaning cloth|ear pads|a memory card|a stand",
        "What is in the box of the {}?|What comes with the {}?|Which accessories are delivered with the {}?",
        "What does the {} weigh?|What must be bought separately for the {}?|How many people work on the {}?",
    ),
    _family(
        "Recipes > Ingredients|Cookbook",
        pair(coined, "soup|pie|stew|cake|salad|dumplings"),
        "Ingredients of the {}",
        "two onions|300 g flour|a pinch of salt|four eggs|100 ml cream|"
        "three carrots|a bay leaf|50 g butter|lemon zest|a cup of lentils|black pepper|parsley",
        "What goes into the {}?|Which ingredients does the {} need?|What do I need for the {}?",
        "How long does the {} cook?|Which wine goes with the {}?|How many calories has the {}?",
    ),
    _family(
        "Papers to bring|Applications > Documents",
        pair("residence|fishing|building|parking|trade|driving|market|camping|export|event", "permit"),
        "For a {} you must bring",
        "a passport|two photos|proof of address|a tax certificate|a site plan|the old permit|a bank statement|"
        "a police record|proof of insurance|a signed form",
        "Which documents are needed for a {}?|What must I bring for a {}?|What papers does a {} require?",
        "What does a {} cost?|How long is a {} valid?|Who issues a {}?",
    ),
    _family(
        "Teams|Projects > Members",
        pair("Project", coined),
        "Members of {}",
        "Ada Brandt|Karim Dahl|Olga Weber|Ravi Novak|Selma Cortez|Tomas Xu|Yara Moreau|Ivo Haddad|Jana Petrov|"
        "Wim Keller|"
        "Celia Okafor|Felix Nyman",
        "Who works on {}?|Who is in the team of {}?|Which people belong to {}?",
        "When does {} end?|Who pays for {}?|Where does the team of {} meet?",
    ),
    _family(
        "Release notes|What is new",
        pair("version", version),
        "New in {}",
        "dark mode|bulk import|PDF preview|audit log|custom roles|calendar sync|drag and drop|offline search|"
        "faster start|"
        "keyboard shortcuts|shared drafts|two-factor login",
        "What is new in {}?|Which features came with {}?|What was added in {}?",
        "Which bugs were fixed in {}?|When was {} released?|What was removed in {}?",
    ),
    _family(
        "Side effects|Leaflets",
        coined,
        "Common side effects of {}",
        "headache|dry mouth|nausea|dizziness|skin rash|tiredness|fever|stomach pain|blurred vision|loss of appetite|"
        "muscle cramps",
        "What are common side effects of {}?|Which side effects does {} have?|What can {} cause?",
        "What is the dose of {}?|What is {} used for?|Which side effects of {} are rare?",
    ),
    _family(
        "Equipment|Rooms",
        pair("room", coded("@##|###")),
        "Equipment of {}",
        "a projector|two whiteboards|a sink|a fume hood|twelve chairs|a screen|a first-aid kit|a piano|a printer|"
        "lockers|a microscope",
        "What equipment is in {}?|What is {} equipped with?|Which things are there in {}?",
        "Who has the key to {}?|How large is {}?|When is {} free?",
    ),
    _family(
        "File formats|Import and export",
        pair(coined, "module|importer|viewer|plug-in"),
        "The {} reads",
        "CSV|XLSX|JSON|XML|PNG|SVG|TIFF|PDF|ODT|Parquet|YAML|GeoJSON",
        "Which formats does the {} read?|What file types are supported by the {}?|What can the {} open?",
        "Which formats does the {} write?|What is the size limit of the {}?|Which formats will the {} drop?",
    ),
    _family(
        "Benefits|What is covered",
        pair(one_of("Basic|Silver|Gold|Family|Student|Senior|Premium|Comfort"), "policy"),
        "The {} covers",
        "theft|fire|broken glass|storm damage|lost keys|legal advice|flood|lightning|hotel costs|towing|rental cars",
        "What does the {} cover?|What is included in the {}?|Against what does the {} insure?",
        "What does the {} exclude?|What does the {} cost?|Who can take out the {}?",
    ),
    _family(
        "Prohibited goods|Customs",
        one_of(COUNTRIES),
        "Not allowed into {} are",
        "fresh meat|plants with soil|fireworks|drones|ivory|raw milk|knives|seeds|e-cigarettes|cash above 9,000 EUR|"
        "coral",
        "What may not be brought into {}?|Which goods are banned in {}?|What is forbidden to take to {}?",
        "What duty is paid on tobacco in {}?|Which goods may not be taken out of {}?|Who checks luggage in {}?",
    ),
    _family(
        "Syllabus|Courses > Contents",
        pair(coined, "course|seminar|workshop"),
        "Topics of the {}",
        "sampling|error bars|regression|safety|interviews|budgets|ethics|maps|sensors|archives|negotiation|rhetoric",
        "What is taught in the {}?|Which topics does the {} treat?|What are the topics of the {}?",
        "Who teaches the {}?|What does the {} cost?|When does the {} begin?",
    ),
    _family(
        "Scopes|API keys",
        pair("key", coded("@@#|K-##")),
        "Scopes of {}",
        "read:orders|write:orders|read:users|admin|export|billing|webhooks|read:logs|write:files|search|audit",
        "Which scopes does {} have?|What may be done with {}?|Which rights does {} give?",
        "When does {} expire?|Who created {}?|Which scopes were taken from {}?",
    ),
)

ROLES = tuple(
    "visitors|contractors|students|tenants|members|cyclists|drivers|editors|nurses|trainees|volunteers|teachers|"
    "suppliers|"
    "shareholders|dog owners|parents|night staff|temporary staff|pensioners|coaches|exhibitors|moderators".split("|")
)
ACTIONS = tuple(
    "use the gym|park in the yard|enter the server room|take photos|bring children|order on account|borrow tools|"
    "smoke on the roof|vote at the meeting|"
    "use the kitchen|sign contracts|work from abroad|carry over unused days|sell tickets|invite speakers|"
    "hang up posters|record calls|handle cash|"
    "use the sauna|feed the animals|move the furniture|open the archive|give interviews|swap shifts|rent out rooms|"
    "install software|"
    "accept gifts|light candles|sleep on site|use the forklift".split("|")
)
RULES = (
    "{role} may {action}",
    "{role} may not {action}",
    "{role} are allowed to {action} after {{clock}}",
    "{role} can {action} only with the consent of {{who}}",
    "{role} are not permitted to {action}",
    "{role} may {action} if they pay {{sum}}",
    "{role} must ask the {{office}} before they {action}",
    "{role} have the right to {action}",
    "it is forbidden for {role} to {action}",
    "{role} may {action} for at most {{days}} a year",
)
